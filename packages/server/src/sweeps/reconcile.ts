import { type Ending, expire, isExpired } from '@chimney/core/sweep/attempt'
import { isEnd, type EndState } from '@chimney/core/sweep/lifecycle'
import { planTrials, trialLimit } from '@chimney/core/sweep/plan'
import type { RunKey, SweepKey } from '@chimney/core/schema/names'
import type { UnixMs } from '../clock.ts'
import type { Deps } from '../deps.ts'
import { changeLive } from '../runs/change-live.ts'
import { endedLive, requeuedLive } from '../runs/end-run.ts'
import type { EndCounts, RunLive, SweepHead, TrialRecord } from '../store/store.ts'
import { dispatchedAgent, dispatchTrials, sendTrials } from './dispatch.ts'
import { endSweepIfOver, NONE_ENDED, openCount } from './end-sweep.ts'
import type { LoadedSweep } from './load-sweep.ts'
import { newTrial, putTrial, runOfTrial } from './make-trials.ts'
import { readHistory, readTrials } from './observations.ts'
import { requeueTrial } from './requeue-trial.ts'
import { searchOf } from './search.ts'
import { settleTrial } from './settle-trial.ts'
import { follow } from './update-sweep.ts'

type ReconcileDeps = Pick<Deps, 'store' | 'queue' | 'clock' | 'settings'>

export interface ReconcileOptions {
  /** A number without a trial, or a counter that disagrees, is somebody's work in progress for so long. */
  readonly graceMs?: number
  /** A queued trial of an agent function whose message may be lost is sent again after so long. */
  readonly resendAfterMs?: number
}

/** What was found and mended. */
export interface ReconcileReport {
  readonly sweeps: number
  readonly expired: number
  readonly filled: number
  readonly settled: number
  readonly sent: number
  readonly ended: number
  /** Sweeps or runs at which the repair itself failed; the others went on. */
  readonly errors: readonly { readonly path: string; readonly message: string }[]
}

type Tally = { -readonly [K in keyof ReconcileReport]: ReconcileReport[K] }

const GRACE_MS = 30_000
const RESEND_AFTER_MS = 15 * 60_000
const PAGE = 100

/** Finds and repairs whatever got lost between two steps of a use case. Runs every minute; running it twice at once is harmless. */
export async function reconcile(deps: ReconcileDeps, options: ReconcileOptions = {}): Promise<ReconcileReport> {
  const tally: Tally = { sweeps: 0, expired: 0, filled: 0, settled: 0, sent: 0, ended: 0, errors: [] }
  for await (const key of pages((cursor) => deps.store.listOpenSweeps({ cursor, limit: PAGE }))) {
    tally.sweeps++
    await guarded(tally, `${key.entity}/${key.project}/${key.sweep}`, () => reconcileSweep(deps, key, options, tally))
  }
  for await (const key of pages((cursor) => deps.store.listOpenRuns({ cursor, limit: PAGE })))
    await guarded(tally, `${key.entity}/${key.project}/${key.run}`, () => expireRun(deps, key, tally))
  return tally
}

async function* pages<T>(
  page: (cursor: string | undefined) => Promise<{ readonly items: readonly T[]; readonly cursor?: string }>,
): AsyncGenerator<T> {
  let cursor: string | undefined
  do {
    const answer = await page(cursor)
    yield* answer.items
    cursor = answer.cursor
  } while (cursor !== undefined)
}

/** One broken sweep must not keep the others from their repair. */
async function guarded(tally: Tally, path: string, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    tally.errors = [...tally.errors, { path, message: error instanceof Error ? error.message : String(error) }]
  }
}

async function reconcileSweep(deps: ReconcileDeps, key: SweepKey, options: ReconcileOptions, tally: Tally): Promise<void> {
  const sweep = await deps.store.getSweep(key)
  // Deleted a moment ago: the index is eventually consistent.
  if (!sweep) return
  const { head } = sweep
  const now = deps.clock.now()
  const quiet = now - head.updatedAt >= (options.graceMs ?? GRACE_MS)
  let trials = await readTrials(deps, key, head.settled)
  if (quiet && trials.length < head.taken - head.settled) {
    await fillHoles(deps, sweep, trials, tally)
    trials = await readTrials(deps, key, head.settled)
  }
  const open = trials.filter((trial) => !isEnd(trial.state))
  const lives = await deps.store.getLives(open.map((trial) => runKey(trial)))
  for (const [at, trial] of open.entries()) await repairTrial(deps, sweep, trial, lives[at], options, tally)

  const after = await deps.store.getSweep(key)
  if (!after) return
  const stillOpen = (await readTrials(deps, key, head.settled)).filter((trial) => !isEnd(trial.state))
  if (head.state === 'finished' || head.state === 'cancelled') await follow(deps, after, stillOpen)
  await moveSettled(deps, after, stillOpen)
  if (quiet) await mendCounters(deps, key, stillOpen.length)
  const current = await deps.store.getSweep(key)
  if (!current) return
  if (dispatchedAgent(current.record) !== undefined)
    tally.sent += await dispatchTrials(deps, current.record, current.head)
  if (await endSweepIfOver(deps, key, current.head)) tally.ended++
}

const runKey = (trial: TrialRecord): RunKey => ({ entity: trial.key.entity, project: trial.key.project, run: trial.run })

/** Numbers that were taken by requests that died: they get the trial that they would have got. */
async function fillHoles(deps: ReconcileDeps, sweep: LoadedSweep, trials: readonly TrialRecord[], tally: Tally): Promise<void> {
  const { record, head } = sweep
  const present = new Set(trials.map((trial) => trial.key.number))
  const holes: number[] = []
  for (let number = head.settled + 1; number <= head.taken; number++) if (!present.has(number)) holes.push(number)
  const chosen = new Set(head.enqueued)
  const now = deps.clock.now()
  const search = await searchOf(deps, record, head)
  const planned = holes.filter((number) => !chosen.has(number))
  const suggestions = planTrials(search, planned, await readHistory(deps, record.key, search))
  for (const [at, number] of planned.entries()) {
    const suggestion = suggestions[at]
    if (!suggestion) continue
    const trial = newTrial(record.key, number, suggestion, { state: 'queued' }, now)
    if (await putTrial(deps, trial, { state: 'queued' })) await requeueTrial(deps, runOfTrial(trial).live, sweep)
    tally.filled++
  }
  for (const number of holes.filter((number) => chosen.has(number))) await dropEnqueued(deps, sweep, number, tally)
}

/**
 * An enqueue that died before it stored its parameters was never acknowledged: its number ends as killed, and if it had
 * reserved a point of a finite space, the point is given back.
 */
async function dropEnqueued(deps: ReconcileDeps, sweep: LoadedSweep, number: number, tally: Tally): Promise<void> {
  const { record } = sweep
  const why = 'the request that enqueued it was interrupted'
  const trial = newTrial(record.key, number, { params: {}, suggestedBy: { arm: 'enqueued', why } }, { state: 'queued' }, deps.clock.now())
  if (!(await putTrial(deps, trial, { state: 'queued' }))) return
  const changed = await changeLive(deps, runKey(trial), (live) => ({
    next: endedLive(live, { state: 'killed', attempt: live.attempt, now: deps.clock.now(), reason: why }),
    answer: undefined,
  }))
  if (changed) await settleTrial(deps, changed.live, sweep)
  const head = await deps.store.getHead(record.key)
  if (head) {
    const { limit: _, ...rest } = head
    const limit = trialLimit(await searchOf(deps, record, head), record.config.run_cap)
    await deps.store.replaceHead(record.key, { ...rest, ...(limit !== undefined && { limit }), rev: head.rev + 1 }, 0)
  }
  tally.filled++
}

async function repairTrial(
  deps: ReconcileDeps,
  sweep: LoadedSweep,
  trial: TrialRecord,
  live: RunLive | undefined,
  options: ReconcileOptions,
  tally: Tally,
): Promise<void> {
  const now = deps.clock.now()
  if (!live) {
    // The trial was put, its run was not: the request died in between, or the run was deleted right now.
    if (now - trial.createdAt < (options.graceMs ?? GRACE_MS)) return
    const queued = { ...trial, state: 'queued' as const, attempt: Math.max(0, trial.attempt) }
    const run = runOfTrial(queued)
    if (await deps.store.createRun(run.record, run.live)) await requeueTrial(deps, run.live, sweep)
    tally.filled++
    return
  }
  if (isEnd(live.state)) {
    await settleTrial(deps, live, sweep)
    tally.settled++
    return
  }
  if (live.state === 'running') {
    if (isExpired(live, now)) await expireTrial(deps, sweep, live, now, tally)
    else if (trial.state === 'queued' || trial.attempt !== live.attempt)
      await deps.store.moveTrial(trial.key, { state: 'running', attempt: live.attempt, ...(live.agent !== undefined && { agent: live.agent }) }, now)
    return
  }
  // Queued: make sure that somebody can find it.
  if (trial.state === 'running') await requeueTrial(deps, live, sweep)
  else if (dispatchedAgent(sweep.record) === undefined) {
    if (!sweep.head.waiting.includes(trial.key.number)) await deps.store.addWaiting(sweep.record.key, [trial.key.number])
  } else if (sweep.head.state === 'running' && now - trial.updatedAt >= (options.resendAfterMs ?? RESEND_AFTER_MS)) {
    await deps.store.moveTrial(trial.key, { state: 'queued', attempt: live.attempt }, now)
    await sendTrials(deps, sweep.record, [{ ...trial, attempt: live.attempt }])
    tally.sent++
  }
}

async function expireTrial(deps: ReconcileDeps, sweep: LoadedSweep, live: RunLive, now: UnixMs, tally: Tally): Promise<void> {
  const options = {
    maxAttempts: sweep.record.config.retry.max_attempts,
    mayRequeue: sweep.head.state === 'running' || sweep.head.state === 'paused',
    lost: true,
  }
  const changed = await changeLive<Ending | undefined>(
    deps,
    live.key,
    (live) => {
      // It came back to life, or somebody else repaired it.
      if (!isExpired(live, now)) return { answer: undefined }
      const ending = expire(live, options)
      if (ending.kind === 'requeue') return { next: requeuedLive(live, true), answer: ending }
      if (ending.kind !== 'end') return { answer: undefined }
      const reason = ending.state === 'crashed' ? `no sign of life for the length of its lease, ${live.lost + 1} times` : undefined
      return { next: { ...endedLive(live, { state: ending.state, attempt: live.attempt, now, reason }), lost: live.lost + 1 }, answer: ending }
    },
    live,
  )
  if (!changed?.answer) return
  tally.expired++
  if (changed.answer.kind === 'requeue') await requeueTrial(deps, changed.live, sweep)
  else await settleTrial(deps, changed.live, sweep)
}

/** Remembers how far everything has ended, so that the next look begins there. */
async function moveSettled(deps: ReconcileDeps, { record, head }: LoadedSweep, open: readonly TrialRecord[]): Promise<void> {
  const trials = await readTrials(deps, record.key, head.settled)
  let settled = head.settled
  for (const trial of trials) {
    if (trial.key.number !== settled + 1 || isEnd(trial.state) === false) break
    settled++
  }
  if (settled === head.settled || open.some((trial) => trial.key.number <= settled)) return
  await deps.store.replaceHead(record.key, { ...head, settled, rev: head.rev + 1 }, 0)
}

/** An increment that was lost, or doubled by a retry on the wire, is found by counting. */
async function mendCounters(deps: ReconcileDeps, key: SweepKey, open: number): Promise<void> {
  const head = await deps.store.getHead(key)
  if (!head || openCount(head) === open) return
  const trials = await readTrials(deps, key)
  if (trials.length !== head.taken) return
  const ended: Record<EndState, number> = { ...NONE_ENDED }
  for (const { state } of trials) if (isEnd(state)) ended[state]++
  await deps.store.recount(key, head, ended satisfies EndCounts)
}

/** A run outside any sweep that has gone silent. A later sign of life brings it back. */
async function expireRun(deps: ReconcileDeps, key: RunKey, tally: Tally): Promise<void> {
  const now = deps.clock.now()
  const changed = await changeLive(deps, key, (live) => {
    if (!isExpired(live, now)) return { answer: false }
    const state = live.stop ? 'killed' : 'crashed'
    return { next: endedLive(live, { state, attempt: live.attempt, now, reason: 'no sign of life for the length of its lease' }), answer: true }
  })
  if (changed?.answer) tally.expired++
}
