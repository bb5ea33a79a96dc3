import { type SweepKey, sweepPath } from '@chimney/core/schema/names'
import { Problem } from '@chimney/core/schema/problem'
import { canAmendRun, type EndState, isEnd } from '@chimney/core/sweep/lifecycle'
import { repeatedLive } from '../../runs/live/run-transitions.ts'
import type { TrialRecord } from '../../store/trials.ts'
import { agentFunctionOf, sendTrials } from '../handout/dispatch.ts'
import { type LoadedSweep, loadSweep } from '../load-sweep.ts'
import { putRepeatedRun } from '../trials/create-trials.ts'
import { trialsAfter } from '../trials/list-trials.ts'
import { type AmendDeps, amendTrials, numbersOf } from './amend-trials.ts'
import { reopenSweep } from './reopen-sweep.ts'
import { requireTrial } from './void-trials.ts'

/** Trials that one request repeats: each takes about eight write units, and a function has 30 seconds. */
export const MAX_REQUEUED = 500

/** Ends whose trials are to be repeated. `void`: whose result was voided, or whose run was deleted. */
export type RequeuedState = EndState | 'void'

/**
 * Queues an ended trial again, with its number and parameters, under its next attempt; what earlier attempts report does not count any more. A finished sweep
 * is reopened for it. A trial that is queued already is returned as it is. Throws `trial-open` while it runs, and `sweep-cancelled`.
 */
export async function requeueTrial(deps: AmendDeps, key: SweepKey, number: number): Promise<TrialRecord> {
  const trial = await requireTrial(deps, key, number)
  if (trial.state === 'queued') return trial
  if (!isEnd(trial.state))
    throw new Problem(
      'conflict',
      'trial-open',
      `trial ${number} of sweep ${sweepPath(key)} is running; stop its run ${trial.run} first, then requeue it`,
    )
  await requeueTrials(deps, await loadSweep(deps, key), [trial])
  return requireTrial(deps, key, number)
}

/** The same for all trials that ended so, at most {@link MAX_REQUEUED} of them; `more` when there are others. */
export async function requeueByState(
  deps: AmendDeps,
  key: SweepKey,
  states: readonly RequeuedState[],
): Promise<{ readonly trials: readonly TrialRecord[]; readonly more: boolean }> {
  const sweep = await loadSweep(deps, key)
  const found: TrialRecord[] = []
  for await (const chunk of trialsAfter(deps, key, 0)) {
    found.push(...chunk.filter((trial) => states.includes(trial.voided ? 'void' : (trial.state as EndState))))
    if (found.length > MAX_REQUEUED) break
  }
  const trials = await requeueTrials(deps, sweep, found.slice(0, MAX_REQUEUED))
  return { trials, more: found.length > MAX_REQUEUED }
}

/** Repeats the trials whose runs were deleted: the cells of a grid are then complete again. */
export async function requeueDeleted(deps: AmendDeps, sweep: LoadedSweep): Promise<void> {
  const { record, head } = sweep
  if (head.amended === undefined || record.config.method !== 'grid') return
  for await (const chunk of trialsAfter(deps, record.key, 0))
    await requeueTrials(
      deps,
      sweep,
      chunk.filter(({ voided }) => voided?.deleted),
    )
}

async function requeueTrials(
  deps: AmendDeps,
  sweep: LoadedSweep,
  trials: readonly TrialRecord[],
): Promise<readonly TrialRecord[]> {
  const { record, head } = sweep
  const { key } = record
  if (trials.length === 0) return []
  if (head.state === 'cancelled')
    throw new Problem(
      'conflict',
      'sweep-cancelled',
      `sweep ${sweepPath(key)} was cancelled, so its trials do not run again; create a new sweep`,
    )
  const first = Math.min(...numbersOf(trials))
  // Before the trials, so that a request that dies leaves no queued trial in a finished sweep.
  await reopenSweep(deps, key, first)
  const requeued = await amendTrials(deps, sweep, trials, {
    change: (live) => (canAmendRun(live.state, 'queued') ? repeatedLive(live) : undefined),
    createRun: putRepeatedRun,
  })
  if (requeued.length === 0) return []
  // Again: meanwhile the sweep may have ended, since all its trials had.
  const reopened = await reopenSweep(deps, key, first)
  // Another request may have taken them out of the list of those that wait.
  await deps.store.addWaiting(key, numbersOf(requeued), deps.clock.now())
  if (agentFunctionOf(record) === undefined || reopened?.state !== 'running') return requeued
  await sendTrials(deps, record, requeued)
  await deps.store.removeWaiting(key, numbersOf(requeued))
  return requeued
}
