import { type Ending, expire, isExpired } from '@chimney/core/sweep/attempt'
import { isEnd } from '@chimney/core/sweep/lifecycle'
import type { Deps } from '../../deps.ts'
import { changeLive } from '../../runs/live/change-live.ts'
import { endedLive, requeuedLive } from '../../runs/live/end-run.ts'
import type { RunLive } from '../../store/runs.ts'
import type { TrialRecord } from '../../store/trials.ts'
import { dispatchedAgent, sendTrials } from '../handout/dispatch.ts'
import type { LoadedSweep } from '../load-sweep.ts'
import { requeueTrial } from '../settling/requeue-trial.ts'
import { settleTrial } from '../settling/settle-trial.ts'
import { putMissingRun, runOfTrial, type Start } from '../trials/make-trials.ts'

type RepairDeps = Pick<Deps, 'store' | 'queue' | 'clock' | 'settings'>

export interface Patience {
  /** What looks lost may be somebody's work in progress for so long. */
  readonly graceMs: number
  /** A queued trial of an agent function whose message may be lost is sent again after so long. */
  readonly resendAfterMs: number
}

/** What was found at a trial and mended. */
export type Repair = 'filled' | 'settled' | 'expired' | 'sent'

/** Brings an open trial and its run (`live`, undefined when it is missing) back together. */
export async function repairTrial(
  deps: RepairDeps,
  sweep: LoadedSweep,
  trial: TrialRecord,
  live: RunLive | undefined,
  patience: Patience,
): Promise<Repair | undefined> {
  if (!live) return remakeRun(deps, sweep, trial, patience)
  if (isEnd(live.state)) {
    await settleTrial(deps, live, sweep)
    return 'settled'
  }
  const now = deps.clock.now()
  if (live.state === 'queued') return announce(deps, sweep, trial, live, patience)
  if (isExpired(live, now)) return expireTrial(deps, sweep, live)
  if (trial.state === 'queued' || trial.attempt !== live.attempt) {
    const agent = live.agent === undefined ? {} : { agent: live.agent }
    await deps.store.moveTrial(trial.key, { state: 'running', attempt: live.attempt, ...agent }, now)
  }
  return undefined
}

/** The trial was put and its run was not: the request died in between, is still at it, or the run was deleted right now. */
async function remakeRun(
  deps: RepairDeps,
  sweep: LoadedSweep,
  trial: TrialRecord,
  patience: Patience,
): Promise<Repair | undefined> {
  if (deps.clock.now() - trial.createdAt < patience.graceMs) return undefined
  const start: Start = { state: 'queued' }
  if (await putMissingRun(deps, trial, start)) await requeueTrial(deps, runOfTrial(trial, start).live, sweep)
  return 'filled'
}

/** Makes sure that somebody can find a queued trial. */
async function announce(
  deps: RepairDeps,
  sweep: LoadedSweep,
  trial: TrialRecord,
  live: RunLive,
  patience: Patience,
): Promise<Repair | undefined> {
  const { record, head } = sweep
  if (trial.state === 'running') {
    await requeueTrial(deps, live, sweep)
    return 'sent'
  }
  if (dispatchedAgent(record) === undefined) {
    if (head.waiting.includes(trial.key.number)) return undefined
    await deps.store.addWaiting(record.key, [trial.key.number], deps.clock.now())
    return 'sent'
  }
  const now = deps.clock.now()
  if (head.state !== 'running' || now - trial.updatedAt < patience.resendAfterMs) return undefined
  // Moved to where it is: that resets the time after which it is sent once more.
  await deps.store.moveTrial(trial.key, { state: 'queued', attempt: live.attempt }, now)
  await sendTrials(deps, record, [{ ...trial, attempt: live.attempt }])
  return 'sent'
}

/** The agent has gone silent: the trial is queued again, or was the last attempt's. */
async function expireTrial(deps: RepairDeps, sweep: LoadedSweep, seen: RunLive): Promise<Repair | undefined> {
  const now = deps.clock.now()
  const options = {
    maxAttempts: sweep.record.config.retry.max_attempts,
    mayRequeue: sweep.head.state === 'running' || sweep.head.state === 'paused',
  }
  const changed = await changeLive<Ending | undefined>(
    deps,
    seen.key,
    (live) => {
      // It came back to life, or somebody else repaired it.
      if (!isExpired(live, now)) return { answer: undefined }
      // A machine that had announced its end is nobody's failure.
      const ending = expire(live, { ...options, lost: !live.preempting })
      if (ending.kind === 'requeue') return { next: requeuedLive(live, ending.lost), answer: ending }
      if (ending.kind !== 'end') return { answer: undefined }
      const lost = live.lost + 1
      const reason = ending.state === 'crashed' ? lostReason(lost) : undefined
      const ended = endedLive(live, { state: ending.state, attempt: live.attempt, now, reason })
      return { next: { ...ended, lost }, answer: ending }
    },
    seen,
  )
  if (!changed?.answer) return undefined
  if (changed.answer.kind === 'requeue') await requeueTrial(deps, changed.live, sweep)
  else await settleTrial(deps, changed.live, sweep)
  return 'expired'
}

const lostReason = (times: number): string =>
  `no sign of life for the length of the lease${times > 1 ? `, ${times} times` : ''}`
