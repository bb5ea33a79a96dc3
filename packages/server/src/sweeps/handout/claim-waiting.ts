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
  const handedOut: HandedOut[] = []
  const left = head.waiting.toSorted((a, b) => a - b)
  const gone: number[] = []
  let at = 0
  while (left.length > 0 && handedOut.length < count) {
    const [number] = left.splice(at % left.length, 1) as [number]
    const key = { ...record.key, number }
    const claimed = await claimRunOf(deps, key, claimant)
    if (!awaitsLateResult(claimed)) gone.push(number)
    const trial = await moveClaimed(deps, key, claimant, claimed)
    if (trial) handedOut.push(trial)
    at = trial ? 0 : randomIndex(deps)
  }
  if (gone.length > 0) await deps.store.removeWaiting(record.key, gone)
  return handedOut
}

/** A late result of an ended trial whose lease expired once may be on its way; reconcile finds it by the number in `waiting`. */
const awaitsLateResult = (claimed: ClaimedLive): boolean =>
  claimed !== undefined && isEnd(claimed.live.state) && claimed.live.lost > 0

const randomIndex = (deps: HandoutDeps): number => Number.parseInt(hashOf(deps.randomId(8)).slice(0, 8), 16)
