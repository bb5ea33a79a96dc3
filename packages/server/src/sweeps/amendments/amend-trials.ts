import type { SweepKey } from '@chimney/core/schema/names'
import { isEnd } from '@chimney/core/sweep/lifecycle'
import type { Deps } from '../../deps.ts'
import { inParallel } from '../../in-parallel.ts'
import { changeLive } from '../../runs/live/change-live.ts'
import type { RunLive } from '../../store/runs.ts'
import type { TrialRecord } from '../../store/trials.ts'
import type { LoadedSweep } from '../load-sweep.ts'
import { amendTrial } from '../results/settle-amendment.ts'
import { runKeyOf } from '../trials/create-trials.ts'
import { settleTrials } from '../trials/settle-trials.ts'

export type AmendDeps = Pick<Deps, 'store' | 'queue' | 'files' | 'clock' | 'settings' | 'onFailure'>

export interface Amendment {
  /** The ended run after the amendment; undefined when there is nothing to amend. */
  readonly change: (live: RunLive) => RunLive | undefined
  /** For an ended trial whose run was deleted: creates one. */
  readonly createRun?: (deps: Pick<Deps, 'store'>, trial: TrialRecord) => Promise<RunLive | undefined>
}

/**
 * Changes what ended trials say: first their runs, then the trials, then what is made of them. Survives the death of the request: the
 * numbers wait in the head from the start, and the repair completes what it finds there. Returns the amended trials, ascending by
 * number; those to which the amendment does not apply are left out.
 */
export async function amendTrials(
  deps: AmendDeps,
  { record }: LoadedSweep,
  trials: readonly TrialRecord[],
  amendment: Amendment,
): Promise<readonly TrialRecord[]> {
  const { key } = record
  const ended = trials.filter(({ state }) => isEnd(state))
  if (ended.length === 0) return []
  await deps.store.addWaiting(key, numbersOf(ended), deps.clock.now())
  const amended: TrialRecord[] = []
  await inParallel(ended, async (trial) => {
    const live = await amendRun(deps, trial, amendment)
    const next = live && (await amendTrial(deps, live, record))
    if (next) amended.push(next.trial)
  })
  if (amended.length === 0) return []
  await settleTrials(deps, key, amended)
  await doneWaiting(
    deps,
    key,
    amended.filter(({ state }) => isEnd(state)),
  )
  return amended.sort((a, b) => a.key.number - b.key.number)
}

/** The run after the amendment; undefined when it does not apply. */
async function amendRun(
  deps: AmendDeps,
  trial: TrialRecord,
  { change, createRun }: Amendment,
): Promise<RunLive | undefined> {
  const changed = await changeLive(deps, runKeyOf(trial), (live) => {
    const next = isEnd(live.state) ? change(live) : undefined
    if (!next) return { answer: false }
    return { next: { ...next, amended: (live.amended ?? 0) + 1 }, answer: true }
  })
  // Without a change: a request that amended the run may have died before it amended the trial.
  if (changed)
    return changed.answer || (changed.live.amended ?? 0) > (trial.amended ?? 0) ? changed.live : undefined
  return createRun?.(deps, trial)
}

/** Removes amended trials from `waiting`, also those that the head has no room for. */
async function doneWaiting(
  deps: Pick<Deps, 'store'>,
  key: SweepKey,
  trials: readonly TrialRecord[],
): Promise<void> {
  if (trials.length === 0) return
  await deps.store.removeWaiting(key, numbersOf(trials))
  const head = await deps.store.getHead(key)
  if (head?.moreWaiting !== undefined) await deps.store.removeMoreWaiting(key, numbersOf(trials))
}

export const numbersOf = (trials: readonly TrialRecord[]): readonly number[] =>
  trials.map(({ key }) => key.number)
