import type { SweepKey } from '@chimney/core/schema/names'
import { isEnd } from '@chimney/core/sweep/lifecycle'
import { type Outcome, reachesTarget } from '@chimney/core/sweep/outcome'
import type { Deps } from '../../deps.ts'
import type { RunLive } from '../../store/runs.ts'
import type { SweepHead, SweepRecord } from '../../store/sweeps.ts'
import { dispatchTrials, nowOrLater } from '../handout/dispatch.ts'
import { endSweepIfOver } from '../handout/end-sweep.ts'
import { pauseAtFailures } from '../handout/limit-sweep.ts'
import type { LoadedSweep } from '../load-sweep.ts'
import { isBetter } from '../results/better-trial.ts'
import { missingOf } from '../results/missing-value.ts'
import { bestCandidate } from '../results/point-best.ts'
import { settleAmendment } from '../results/settle-amendment.ts'
import { reasonOf, trialOutcome } from '../results/trial-outcome.ts'
import { finishAtTarget } from './finish-at-target.ts'

type OutcomeDeps = Pick<Deps, 'store' | 'queue' | 'files' | 'clock' | 'settings' | 'onFailure'>

/**
 * Records the end of a run in its sweep: closes the trial, offers the best, updates the counters; then dispatches the next trial
 * or ends the sweep. Safe to repeat and to run concurrently: only the call that closes the trial counts it.
 */
export async function recordOutcome(deps: OutcomeDeps, live: RunLive, loaded?: LoadedSweep): Promise<void> {
  const { state, sweep, number } = live
  if (sweep === undefined || number === undefined || !isEnd(state)) return
  const key = { entity: live.key.entity, project: live.key.project, sweep }
  const found = loaded ?? (await deps.store.getSweep(key))
  // Undefined when the sweep was deleted.
  if (!found) return
  const { record } = found
  // A request that amended the run may have died before it amended the trial.
  const amended = live.amended !== undefined && (await settleAmendment(deps, live, record))
  const outcome = live.voided ? {} : trialOutcome(live, state, record.config)
  if (state === 'finished' && reachesTarget(record.config, outcome))
    await finishAtTarget(deps, { ...key, number })
  const now = deps.clock.now()
  const missing = missingOf(live, record.config)
  const reason = reasonOf(live) ?? missing
  const end = {
    state,
    attempt: live.endedBy ?? live.attempt,
    ...(live.amended !== undefined && { amended: live.amended }),
    ...outcome,
    ...(reason !== undefined && { reason }),
  }
  const before = await deps.store.closeTrial({ ...key, number }, end, now)
  if (before === undefined) {
    const head = amended ? await deps.store.getHead(key) : undefined
    return head && continueSweep(deps, record, head)
  }
  // Before the counters, so that readers who see the trial counted also see it as the best.
  if (record.config.replicates !== undefined) await offerPoint(deps, key, number, isEnd(before))
  else if (state === 'finished') await offerBest(deps, key, found.head, live, outcome)
  const replaced = isEnd(before) ? before : undefined
  const head = await deps.store.countEnded(key, state, replaced, now, missing)
  if (!head) return
  // An amendment meanwhile may have removed the best trial that the offer was compared with, or changed this trial.
  if (state === 'finished' && head.amended !== found.head.amended && record.config.replicates === undefined) {
    const trial = await deps.store.getTrial({ ...key, number })
    if (trial?.amended === live.amended) await offerBest(deps, key, head, live, outcome)
  }
  // A late result (`replaced`) stays in `waiting`, so that reconcile recounts the sweep: the sum of the counters does not change,
  // so a lost or doubled update would not show. After a crash the late result may have been added to `waiting` already.
  if (head.waiting.includes(number) && state !== 'crashed' && replaced === undefined)
    await deps.store.removeWaiting(key, [number])
  const failed = state === 'failed' || state === 'crashed'
  const paused = failed ? await pauseAtFailures(deps, record, head) : undefined
  await continueSweep(deps, record, paused ?? head)
}

/** The place of an ended trial goes to the next one. */
async function continueSweep(deps: OutcomeDeps, record: SweepRecord, head: SweepHead): Promise<void> {
  if (record.config.dispatch) await nowOrLater(deps, record, () => dispatchTrials(deps, record, head))
  await endSweepIfOver(deps, record.key, head)
}

/** The end of a trial may complete its point. A late result changes the mean of one that was complete, maybe of the best. */
async function offerPoint(deps: OutcomeDeps, key: SweepKey, number: number, isLate: boolean): Promise<void> {
  const head = await deps.store.getHead(key)
  const trial = await deps.store.getTrial({ ...key, number })
  if (isLate && trial) {
    // Not read at a cold start.
    const { settleTrials } = await import('../trials/settle-trials.ts')
    return settleTrials(deps, key, [trial])
  }
  const candidate = head && trial && (await bestCandidate(deps, key, trial))
  if (head && candidate) await deps.store.offerBest(key, candidate, head.amended)
}

/** Skips an offer that cannot win: a lost conditional write costs as much as a won one. */
async function offerBest(
  deps: OutcomeDeps,
  key: SweepKey,
  { best, amended }: SweepHead,
  live: RunLive,
  { value, loss, violation }: Outcome,
): Promise<void> {
  if (value === undefined || loss === undefined || violation! > 0) return
  const candidate = { number: live.number!, run: live.key.run, value, loss }
  // The best only improves while `amended` stays, so one that was read earlier is enough.
  if (!best || isBetter(candidate, best)) await deps.store.offerBest(key, candidate, amended)
}
