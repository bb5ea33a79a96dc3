import type { SweepEvents } from '@chimney/core/schema/api/events'
import type { SweepBody } from '@chimney/core/schema/api/sweeps'
import type { TrialBody } from '@chimney/core/schema/api/trials'
import type { Command } from '../command.ts'
import { flattenParams, formatValue, type Progress, printable, renderProgress } from '../render.ts'

export const watch: Command = {
  name: 'watch',
  usage: 'PATH [--every SECONDS]',
  summary: 'Follow a sweep until it ends: progress, best so far, running trials.',
  details: 'Plain lines when the output is not a terminal; with --json a line of JSON per change.',
  options: { every: { type: 'string', value: 'SECONDS', help: 'how often to ask (default 2)' } },
  examples: ['chimney watch digits/abc123de', 'chimney watch digits/abc123de --json | jq .sweep.trials'],
  arity: [1, 1],
  run: async ({ io, words, json, count, client }) => {
    const everyMs = 1_000 * (count('every', 1) ?? 2)
    const screen = io.isTty && !json ? liveScreen(io.out) : undefined
    const running = new Map<number, TrialBody>()
    const ended = new Set<number>()
    let told = ''
    for await (const events of client({ retryForMs: 300_000 }).watch(words[0] ?? '', { everyMs })) {
      if (json) {
        io.out(`${JSON.stringify(events)}\n`)
        continue
      }
      const news = newlyEnded(events, running, ended)
      const progress = renderProgress(progressOf(events.sweep), io.isTty ? io.columns() - 1 : 160)
      const lines = news.map((trial) => trialLine(trial, events.sweep))
      if (screen) screen(lines, [progress, ...runningLines(running, io.columns() - 1)])
      else {
        if (lines.length > 0 || progress !== told) lines.push(progress)
        for (const line of lines) io.out(`${line}\n`)
      }
      told = progress
    }
    return 0
  },
}

/** Keeps `running` up to date and gives the trials that ended since the last events. */
const newlyEnded = (events: SweepEvents, running: Map<number, TrialBody>, ended: Set<number>): TrialBody[] =>
  events.trials.filter((trial) => {
    if (trial.state === 'queued' || trial.state === 'running') {
      ended.delete(trial.number)
      if (trial.state === 'running') running.set(trial.number, trial)
      else running.delete(trial.number)
      return false
    }
    running.delete(trial.number)
    if (ended.has(trial.number)) return false
    ended.add(trial.number)
    return true
  })

export const progressOf = ({ trials, limit, best, metric, state }: SweepBody): Progress => ({
  done: trials.finished + trials.stopped + trials.failed + trials.killed + trials.crashed,
  total: limit,
  running: trials.open,
  stopped: trials.stopped,
  failed: trials.failed + trials.crashed,
  best,
  metric: metric?.name,
  state,
})

const trialLine = (trial: TrialBody, sweep: SweepBody): string => {
  const value =
    trial.value === undefined ? '' : ` ${sweep.metric?.name ?? 'value'} ${formatValue(trial.value)}`
  const reason = trial.reason ? ` (${printable(trial.reason)})` : ''
  return `#${trial.number} ${trial.state}${value}${reason}  ${paramsOf(trial)}`
}

const paramsOf = (trial: TrialBody): string =>
  Object.entries(flattenParams(trial.params))
    .map(([name, value]) =>
      printable(
        `${name}=${typeof value === 'number' ? formatValue(value) : typeof value === 'string' ? value : JSON.stringify(value)}`,
      ),
    )
    .join(' ')

const MOST_RUNNING = 10

const runningLines = (running: ReadonlyMap<number, TrialBody>, width: number): string[] => {
  const lines = [...running.values()]
    .slice(0, MOST_RUNNING)
    .map((trial) => `  #${trial.number} running  ${paramsOf(trial)}`.slice(0, Math.max(1, width)))
  return running.size > MOST_RUNNING ? [...lines, `  … ${running.size - MOST_RUNNING} more`] : lines
}

/** Lines that stay, above lines that are drawn anew each time. */
const liveScreen = (out: (text: string) => void) => {
  let height = 0
  return (staying: readonly string[], live: readonly string[]) => {
    const up = height > 0 ? `\x1b[${height}A` : ''
    out(`${up}\r\x1b[J${[...staying, ...live].map((line) => `${line}\n`).join('')}`)
    height = live.length
  }
}
