import type { RunKey } from '@chimney/core/schema/names'
import { spaceOf } from '@chimney/core/space/constraints/constrain'
import type {
  AgentEvidence,
  RunEvidence,
  SweepEvidence,
  TrialEvidence,
} from '@chimney/core/sweep/diagnose/evidence'
import { errorLineOf } from '@chimney/core/sweep/diagnose/failure-rules'
import { loggedOf } from '@chimney/core/sweep/diagnose/logged'
import type { Deps } from '../../deps.ts'
import { mergeRows } from '../../runs/history/read-rows.ts'
import { summaryOf } from '../../runs/live/summary.ts'
import type { AgentRecord } from '../../store/agents.ts'
import type { RunLive } from '../../store/runs.ts'
import type { TrialRecord } from '../../store/trials.ts'
import type { LoadedSweep } from '../load-sweep.ts'
import { runKeyOf } from '../trials/create-trials.ts'
import { openCount } from '../trials/trial-counts.ts'
import { readTrialPages } from '../trials/trial-pages.ts'

/** The newest trials, and the best one if it is not among them. */
export const MAX_TRIALS = 500
/** Runs per question, newest first: without a value, failed, retried or crashed, with a value. */
const UNMEASURED = 10
const FAILED = 10
const RETRIED = 20
const MEASURED = 5
/** Failed runs of which the end of the console is read, and how many chunks of it. */
const MAX_CONSOLES = 5
const CONSOLE_CHUNKS = 2
/** Agents that are looked at, those that polled last. */
const MAX_AGENTS = 200

type EvidenceDeps = Pick<Deps, 'store' | 'files' | 'clock'>

/**
 * What a diagnosis looks at: at most {@link MAX_TRIALS} trials and the best one, from the cached pages where there are any; the fast
 * half of at most 45 runs; the last console lines of at most 5.
 */
export async function readEvidence(deps: EvidenceDeps, sweep: LoadedSweep): Promise<SweepEvidence> {
  const { record, head } = sweep
  const [trials, agents] = await Promise.all([readNewest(deps, sweep), deps.store.listAgents(record.key)])
  const chosen = chooseRuns(sweep, trials)
  const lives = await deps.store.getLives(chosen.map((trial) => runKeyOf(trial)))
  const errors = await readErrors(deps, chosen)
  const runs = new Map<number, RunEvidence>()
  for (const [i, trial] of chosen.entries()) {
    const live = lives[i]
    // Undefined for a deleted run.
    if (live) runs.set(trial.key.number, runOf(live, errors.get(trial.key.number)))
  }
  const running = new Set(trials.filter(({ state }) => state === 'running').map(({ key }) => key.number))
  return {
    config: record.config,
    space: spaceOf(record.config),
    state: head.state,
    taken: head.taken,
    limit: head.limit,
    open: openCount(head),
    trials: trials.map((trial) => trialOf(trial, runs.get(trial.key.number))),
    agents: agents
      .toSorted((a, b) => b.heartbeatAt - a.heartbeatAt)
      .slice(0, MAX_AGENTS)
      .map((agent) => agentOf(agent, running)),
    now: deps.clock.now(),
  }
}

async function readNewest(deps: EvidenceDeps, sweep: LoadedSweep): Promise<readonly TrialRecord[]> {
  const { record, head } = sweep
  const after = Math.max(0, head.taken - MAX_TRIALS)
  const best = head.best && head.best.number <= after ? head.best.number : undefined
  const [newest, first] = await Promise.all([
    readTrialPages(deps, sweep, { after, limit: MAX_TRIALS }),
    best === undefined ? undefined : deps.store.getTrial({ ...record.key, number: best }),
  ])
  // A user took the result of a voided trial out of the sweep.
  return (first ? [first, ...newest] : newest).filter(({ voided }) => voided === undefined)
}

/** The runs that answer the questions of the rules; each run once, newest first. */
function chooseRuns({ record }: LoadedSweep, trials: readonly TrialRecord[]): readonly TrialRecord[] {
  const newest = trials.toReversed()
  const { early_terminate, constraints } = record.config
  const take = (count: number, wanted: (trial: TrialRecord) => boolean) =>
    newest.filter(wanted).slice(0, count)
  return [
    ...new Set([
      ...take(UNMEASURED, ({ state, value }) => state === 'finished' && value === undefined),
      ...take(FAILED, ({ state }) => state === 'failed'),
      ...take(RETRIED, ({ state, attempt }) => state === 'crashed' || attempt > 1),
      ...(early_terminate || constraints
        ? take(MEASURED, ({ state, value }) => state === 'finished' && value !== undefined)
        : []),
    ]),
  ]
}

/** The line of the console that says why a run failed, by trial number. */
async function readErrors(
  deps: EvidenceDeps,
  chosen: readonly TrialRecord[],
): Promise<ReadonlyMap<number, string>> {
  const failed = chosen.filter(({ state }) => state === 'failed').slice(0, MAX_CONSOLES)
  const lines = await Promise.all(failed.map((trial) => lastLines(deps, runKeyOf(trial))))
  const errors = new Map<number, string>()
  for (const [i, { key }] of failed.entries()) {
    const line = errorLineOf(lines[i]!)
    if (line !== undefined) errors.set(key.number, line)
  }
  return errors
}

async function lastLines(deps: EvidenceDeps, key: RunKey): Promise<readonly string[]> {
  const chunks = await deps.store.listLastChunks(key, 'console', CONSOLE_CHUNKS)
  return mergeRows(chunks).flatMap(({ values }) => {
    // Clients of the HTTP API name the text as they like; the dashboard reads the same names.
    const text = values.line ?? values.text ?? values.content
    return typeof text === 'string' ? text.split('\n') : []
  })
}

const runOf = (live: RunLive, errorLine: string | undefined): RunEvidence => ({
  logged: loggedOf(summaryOf(live)),
  reports: live.seen,
  errorLine,
  lostBy: (live.past ?? []).flatMap(({ end, agent }) =>
    end === 'lost' && agent !== undefined ? [agent] : [],
  ),
})

const trialOf = (trial: TrialRecord, run: RunEvidence | undefined): TrialEvidence => ({
  number: trial.key.number,
  params: trial.params,
  state: trial.state,
  attempt: trial.attempt,
  value: trial.value,
  violation: trial.violation,
  reason: trial.reason,
  agent: trial.agent,
  updatedAt: trial.updatedAt,
  run,
})

const agentOf = (
  { id, host, heartbeatAt, current }: AgentRecord,
  running: ReadonlySet<number>,
): AgentEvidence => ({
  id,
  host,
  heartbeatAt,
  busy: current !== undefined && running.has(current.number),
})
