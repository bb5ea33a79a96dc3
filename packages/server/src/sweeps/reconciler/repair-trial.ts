import { isExpired } from '@chimney/core/sweep/attempt'
import { isEnd } from '@chimney/core/sweep/lifecycle'
import { elapsedMs } from '../../clock.ts'
import type { Deps } from '../../deps.ts'
import { shortenLease } from '../../runs/live/shorten-lease.ts'
import type { RunLive } from '../../store/runs.ts'
import type { TrialRecord } from '../../store/trials.ts'
import { agentFunctionOf, sendTrials } from '../handout/dispatch.ts'
import type { LoadedSweep } from '../load-sweep.ts'
import { expireTrial } from '../outcomes/expire-trial.ts'
import { recordOutcome } from '../outcomes/record-outcome.ts'
import { requeueTrial } from '../outcomes/requeue-trial.ts'
import { putMissingRun, runOfTrial, type Start } from '../trials/create-trials.ts'
import { limitTrial } from './limit-trial.ts'
import { removeWaiting } from './more-waiting.ts'
import type { GracePeriods } from './repair-options.ts'

type RepairDeps = Pick<Deps, 'store' | 'queue' | 'files' | 'clock' | 'settings' | 'onFailure'>

/** What was repaired; see `RepairReport`. */
export type Repair = 'filled' | 'settled' | 'expired' | 'sent'

/** Makes an open trial and its run (`live`, undefined when it is missing) consistent. */
export async function repairTrial(
  deps: RepairDeps,
  sweep: LoadedSweep,
  trial: TrialRecord,
  live: RunLive | undefined,
  periods: GracePeriods,
): Promise<Repair | undefined> {
  if (!live) return createRun(deps, sweep, trial, periods)
  if (isEnd(live.state)) {
    await recordOutcome(deps, live, sweep)
    return 'settled'
  }
  const now = deps.clock.now()
  if (live.state === 'queued') return offerTrial(deps, sweep, trial, live, periods)
  if (isExpired(live, now)) return (await expireTrial(deps, sweep, live)) ? 'expired' : undefined
  if (await limitTrial(deps, sweep, live)) return 'expired'
  await shortenLease(deps, live)
  if (trial.state === 'queued' || trial.attempt !== live.attempt) {
    const agent = live.agent === undefined ? {} : { agent: live.agent }
    await deps.store.moveTrial(trial.key, { state: 'running', attempt: live.attempt, ...agent }, now)
  }
  return undefined
}

/** The run is missing: the request died after it put the trial, is still in progress, or the run is being deleted. */
async function createRun(
  deps: RepairDeps,
  sweep: LoadedSweep,
  trial: TrialRecord,
  periods: GracePeriods,
): Promise<Repair | undefined> {
  if (elapsedMs(trial.createdAt, deps.clock.now()) < periods.graceMs) return undefined
  const start: Start = { state: 'queued' }
  if (await putMissingRun(deps, trial, start)) await requeueTrial(deps, runOfTrial(trial, start).live, sweep)
  return 'filled'
}

/** Makes sure that an agent can get a queued trial. */
async function offerTrial(
  deps: RepairDeps,
  sweep: LoadedSweep,
  trial: TrialRecord,
  live: RunLive,
  periods: GracePeriods,
): Promise<Repair | undefined> {
  const { record, head } = sweep
  if (trial.state === 'running') {
    await requeueTrial(deps, live, sweep)
    return 'sent'
  }
  if (agentFunctionOf(record) === undefined) {
    if (head.waiting.includes(trial.key.number)) return undefined
    await deps.store.addWaiting(record.key, [trial.key.number], deps.clock.now())
    return 'sent'
  }
  if (head.state !== 'running') return undefined
  const now = deps.clock.now()
  const unsent = head.waiting.includes(trial.key.number)
  // Once early, since the request may have died between creating and sending the trial.
  const isFresh = trial.updatedAt === trial.createdAt
  const { graceMs, resendAfterMs } = periods
  const patienceMs = unsent ? 0 : isFresh ? Math.min(graceMs, resendAfterMs) : resendAfterMs
  if (elapsedMs(trial.updatedAt, now) < patienceMs) return undefined
  // The state stays; the write sets `updatedAt`, from which the time to the next message counts.
  await deps.store.moveTrial(trial.key, { state: 'queued', attempt: live.attempt }, now)
  await sendTrials(deps, record, [{ ...trial, attempt: live.attempt }])
  if (unsent) await removeWaiting(deps, record.key, head, [trial.key.number])
  return 'sent'
}
