import type { SweepKey } from '@chimney/core/schema/names'
import { isEnd } from '@chimney/core/sweep/lifecycle'
import type { Deps } from '../../deps.ts'
import { objectiveOf } from '../../runs/history/objective.ts'
import { MAX_TRIES, runBusy } from '../../runs/live/change-live.ts'
import type { RunLive } from '../../store/runs.ts'
import type { SweepHead, SweepRecord } from '../../store/sweeps.ts'
import type { TrialRecord } from '../../store/trials.ts'
import { amendedTrial } from './amended-trial.ts'
import { bestCandidate } from './point-best.ts'

type SettleDeps = Pick<Deps, 'store' | 'clock'>

/** Rungs of a trial that are looked for; a stopper may have one per logged value. */
const MAX_RUNGS = 200

/**
 * Applies the amendment of a run to its trial, and to all that depends on it but the best of the other trials, which the repair finds
 * again. True when the trial did not have it yet; otherwise the request that amended it may have died right after. Safe to repeat and
 * to run concurrently.
 */
export async function settleAmendment(
  deps: SettleDeps,
  live: RunLive,
  record: SweepRecord,
): Promise<boolean> {
  const amended = await amendTrial(deps, live, record)
  if (!amended) return false
  await markTrials(deps, record.key, [amended.trial])
  return amended.isNew
}

/** The first half: the trial and the counters. Undefined when the trial is not stored; `isNew` is false when it had the amendment. */
export async function amendTrial(
  deps: SettleDeps,
  live: RunLive,
  { key, config }: SweepRecord,
): Promise<{ readonly trial: TrialRecord; readonly isNew: boolean } | undefined> {
  const at = { ...key, number: live.number! }
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const trial = await deps.store.getTrial(at)
    if (!trial) return undefined
    if ((trial.amended ?? 0) >= (live.amended ?? 0)) return { trial, isNew: false }
    const now = deps.clock.now()
    const next = amendedTrial(trial, live, config, now)
    if (!(await deps.store.amendTrial(next, trial))) continue
    const plus = isEnd(next.state) ? next.state : undefined
    const minus = isEnd(trial.state) ? trial.state : undefined
    // If this request dies before, the repair counts the trials again.
    if (plus !== minus) await deps.store.countEnded(key, plus, minus, now)
    if (!isEnd(next.state) || next.voided) await removeRungs(deps, key, config, live)
    return { trial: next, isNew: true }
  }
  throw runBusy(live.key)
}

/** What the trial reached does not count for the early termination of others. */
async function removeRungs(
  deps: SettleDeps,
  key: SweepKey,
  config: SweepRecord['config'],
  live: RunLive,
): Promise<void> {
  const stopper = objectiveOf(config)?.stopper
  // Without a rung after its next claim: the new attempt writes over the values.
  const last = live.rung
  if (!stopper || stopper.alone || last === undefined) return
  const rungs: number[] = []
  for (let rung = stopper.nextRung(Number.NEGATIVE_INFINITY); rung !== undefined && rung <= last; ) {
    rungs.push(rung)
    if (rungs.length === MAX_RUNGS) break
    rung = stopper.nextRung(rung)
  }
  await deps.store.removeRungs(key, live.number!, rungs)
}

/**
 * The second half: copies of the trials are stale, and none of them is the best any more unless it still deserves it. Returns the head,
 * which has no best trial when one of them was it: then another trial may be the best, see `findBest`.
 */
export async function markTrials(
  deps: SettleDeps,
  key: SweepKey,
  trials: readonly TrialRecord[],
): Promise<SweepHead | undefined> {
  const numbers = trials.map((trial) => trial.key.number)
  const head = await deps.store.markAmended(key, numbers, deps.clock.now())
  if (!head) return undefined
  const { best, ...others } = head
  const isStale =
    best !== undefined &&
    trials.some(({ key, replicate }) => key.number === best.number || replicate?.first === best.number)
  if (isStale) await deps.store.clearBest(key, best)
  for (const trial of trials) {
    const candidate = await bestCandidate(deps, key, trial)
    if (candidate) await deps.store.offerBest(key, candidate, head.amended)
  }
  return isStale ? others : head
}
