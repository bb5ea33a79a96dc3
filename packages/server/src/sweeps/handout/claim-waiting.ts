import type { SweepKey } from '@chimney/core/schema/names'
import { isEnd } from '@chimney/core/sweep/lifecycle'
import { hashOf } from '../../ids.ts'
import type { LoadedSweep } from '../load-sweep.ts'
import {
  type ClaimedLive,
  claimRunOf,
  type HandedOut,
  type HandoutDeps,
  moveClaimed,
  type TrialRequest,
} from './claim-trial.ts'

/**
 * Claims trials that wait for an agent (requeued and enqueued ones), lowest number first. After a lost race it continues at a
 * random number, so that many agents at once do not race for each number in turn.
 */
export async function claimWaiting(
  deps: HandoutDeps,
  { record, head }: LoadedSweep,
  { count, claimant }: TrialRequest,
): Promise<readonly HandedOut[]> {
  const { store } = deps
  const { key } = record
  const first = await claimSome(deps, key, head.waiting, { count, claimant })
  if (first.gone.length > 0) await store.removeWaiting(key, first.gone)
  const missing = count - first.trials.length
  if (missing === 0 || head.moreWaiting === undefined) return first.trials
  const more = await store.listMoreWaiting(key, 'first')
  if (more.length === 0) await store.endMoreWaiting(key, head.moreWaiting)
  const rest = await claimSome(deps, key, more, { count: missing, claimant })
  await store.removeMoreWaiting(key, rest.gone)
  return [...first.trials, ...rest.trials]
}

/** `gone`: numbers of the list that no longer wait. */
async function claimSome(
  deps: HandoutDeps,
  sweep: SweepKey,
  numbers: readonly number[],
  { count, claimant }: TrialRequest,
): Promise<{ readonly trials: readonly HandedOut[]; readonly gone: readonly number[] }> {
  const trials: HandedOut[] = []
  const left = numbers.toSorted((a, b) => a - b)
  const gone: number[] = []
  let at = 0
  while (left.length > 0 && trials.length < count) {
    const [number] = left.splice(at % left.length, 1) as [number]
    const key = { ...sweep, number }
    const claimed = await claimRunOf(deps, key, claimant)
    if (!isAmended(claimed)) gone.push(number)
    const trial = await moveClaimed(deps, key, claimant, claimed)
    if (trial) trials.push(trial)
    at = trial ? 0 : randomIndex(deps)
  }
  return { trials, gone }
}

/**
 * A late result or an amendment of an ended trial may be on its way, also one that creates a deleted run again, or the request that
 * claimed a requeued one may have died before it amended the trial: reconcile finds all of them by the number in `waiting`.
 */
const isAmended = (claimed: ClaimedLive): boolean =>
  claimed === undefined ||
  isEnd(claimed.live.state) ||
  (claimed.live.amended !== undefined && !claimed.answer.ok)

const randomIndex = (deps: HandoutDeps): number => Number.parseInt(hashOf(deps.randomId(8)).slice(0, 8), 16)
