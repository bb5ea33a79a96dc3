import type { Diagnosis, Finding } from '@chimney/core/schema/api/diagnosis'
import type { SweepEvents } from '@chimney/core/schema/api/events'
import type { SweepBody } from '@chimney/core/schema/api/sweeps'
import type { TrialBody } from '@chimney/core/schema/api/trials'
import cliTruncate from 'cli-truncate'
import { type Command, Option } from 'commander'
import { type CommonFlags, integer, type Shell, subcommand } from '../shell.ts'
import { findingLine } from '../text/findings.ts'
import { createLiveArea } from '../text/live.ts'
import { renderProgress } from '../text/progress.ts'
import { describeParams, formatValue, printable } from '../text/values.ts'

/** Retry limit, ms: the command outlives a restart of the server. */
const RETRY_MS = 300_000
/** Width of the progress line outside a terminal. */
const PLAIN_COLUMNS = 160
const MAX_RUNNING_LINES = 10

export const addWatch = (program: Command, { io, client }: Shell): void => {
  subcommand(program, 'watch', {
    summary: 'Follow a sweep until it ends: progress, best value, running trials.',
    details:
      'Prints plain lines when the output is not a terminal. With --json, prints one line of JSON per change.',
    examples: ['chimney watch digits/abc123de', 'chimney watch digits/abc123de --json | jq .sweep.trials'],
  })
    .argument('<sweep>')
    .addOption(new Option('--every <seconds>', 'polling interval').default(2).argParser(integer(1)))
    .action(async (path: string, flags: CommonFlags & { every: number }) => {
      const connected = client(flags, { retryForMs: RETRY_MS })
      const changes = connected.watch(path, { everyMs: 1_000 * flags.every })
      const findingsOf = findingsReader(() => connected.diagnosis(path))
      const show = io.isTty ? showLive(io) : showPlain(io)
      const trials = trialTracker()
      for await (const events of changes) {
        if (flags.json) io.out(`${JSON.stringify(events)}\n`)
        else {
          const ended = trials.update(events)
          show(
            events.sweep,
            ended.map((trial) => trialLine(trial, events.sweep)),
            trials.running,
            await findingsOf(events.sweep),
          )
        }
      }
    })
}

type Show = (
  sweep: SweepBody,
  lines: readonly string[],
  running: ReadonlyMap<number, TrialBody>,
  findings: readonly Finding[],
) => void

/** Findings are read again when trials have ended since, but no more often; ms. */
const FINDINGS_EVERY_MS = 30_000
const MAX_FINDINGS = 3

/** The first errors and warnings of a sweep. None when they cannot be read: the view goes on without them. */
const findingsReader = (read: () => Promise<Diagnosis>) => {
  let findings: readonly Finding[] = []
  let seen = 0
  let readAt = Number.NEGATIVE_INFINITY
  return async ({ trials, state }: SweepBody): Promise<readonly Finding[]> => {
    const ended = trials.handed_out - trials.open
    const isLast = state === 'finished' || state === 'cancelled'
    if (ended === seen || (!isLast && Date.now() - readAt < FINDINGS_EVERY_MS)) return findings
    seen = ended
    readAt = Date.now()
    const diagnosis = await read().catch(() => undefined)
    findings = (diagnosis?.findings ?? [])
      .filter(({ severity }) => severity !== 'remark')
      .slice(0, MAX_FINDINGS)
    return findings
  }
}

const showLive = ({ out, columns }: Shell['io']): Show => {
  const area = createLiveArea(out, columns)
  return (sweep, lines, running, findings) => {
    // Some terminals wrap after a character in the last column.
    const width = columns() - 1
    area.show(lines, [
      renderProgress(sweep, width),
      ...runningLines(running, width),
      ...findings.map((finding) => cliTruncate(findingLine(finding), width)),
    ])
  }
}

const showPlain = ({ out }: Shell['io']): Show => {
  let last = ''
  let shown = ''
  return (sweep, lines, _, findings) => {
    const progress = renderProgress(sweep, PLAIN_COLUMNS)
    const isUnchanged = lines.length === 0 && progress === last
    last = progress
    if (!isUnchanged) for (const line of [...lines, progress]) out(`${line}\n`)
    const found = findings.map((finding) => `${findingLine(finding)}\n`).join('')
    if (found !== shown) out(found)
    shown = found
  }
}

/** Tracks running trials, and returns each ended trial once. */
const trialTracker = () => {
  const running = new Map<number, TrialBody>()
  const ended = new Set<number>()
  const update = ({ trials }: SweepEvents): TrialBody[] =>
    trials.filter((trial) => {
      const { number, state } = trial
      if (state === 'running') running.set(number, trial)
      else running.delete(number)
      if (state === 'queued' || state === 'running') {
        ended.delete(number)
        return false
      }
      const isNew = !ended.has(number)
      ended.add(number)
      return isNew
    })
  return { running: running as ReadonlyMap<number, TrialBody>, update }
}

const trialLine = (trial: TrialBody, { metric }: SweepBody): string => {
  const value = trial.value === undefined ? '' : ` ${metric?.name ?? 'value'} ${formatValue(trial.value)}`
  const reason = trial.reason ? ` (${printable(trial.reason)})` : ''
  return `#${trial.number} ${trial.state}${value}${reason}  ${describeParams(trial.params)}`
}

const runningLines = (running: ReadonlyMap<number, TrialBody>, width: number): string[] => {
  const lines = [...running.values()]
    .slice(0, MAX_RUNNING_LINES)
    .map(({ number, params }) => cliTruncate(`  #${number} running  ${describeParams(params)}`, width))
  return running.size > MAX_RUNNING_LINES ? [...lines, `  … ${running.size - MAX_RUNNING_LINES} more`] : lines
}
