/** What the live half of a run becomes when its state changes. Pure; `changeLive` writes it. */
import type { EndState } from '@chimney/core/sweep/lifecycle'
import { isEnd } from '@chimney/core/sweep/lifecycle'
import { NO_PROGRESS } from '@chimney/core/sweep/observe'
import type { UnixMs } from '../../clock.ts'
import type { Deps } from '../../deps.ts'
import type { RunLive, Voided } from '../../store/runs.ts'
import { without } from '../../without.ts'
import { pastAttempts } from './past-attempts.ts'

type LeaseDeps = Pick<Deps, 'settings'>

const leaseFrom = ({ settings }: LeaseDeps, now: UnixMs): UnixMs => now + settings.leaseSeconds * 1000

/** Claimed under its next attempt: summary and progress start over. */
export function claimedLive(
  deps: LeaseDeps,
  live: RunLive,
  by: Pick<RunLive, 'agent' | 'claimedBy'>,
  attempt: number,
  now: UnixMs,
): RunLive {
  const kept = without(live, [
    'agent',
    'bestLoss',
    'claimedBy',
    'exitCode',
    'heard',
    'improvedAt',
    'improvedLoss',
    'preempting',
    'recent',
    'released',
    'requeued',
    'rung',
    'rungLoss',
    'trend',
  ])
  return {
    ...kept,
    ...NO_PROGRESS,
    ...pastAttempts(live),
    ...(live.attempt > 0 && { claimedAt: now }),
    ...by,
    state: 'running',
    attempt,
    summary: '{}',
    leaseUntil: leaseFrom(deps, now),
    startedAt: live.startedAt ?? now,
    heartbeatAt: now,
  }
}

/** The lease renewed by its owner. A crashed run without a trial is running again; other ended runs stay ended. */
export function renewedLive(deps: LeaseDeps, live: RunLive, now: UnixMs): RunLive {
  if (isEnd(live.state) && (live.state !== 'crashed' || live.number !== undefined))
    return { ...live, heartbeatAt: now }
  const kept = without(live, ['endedAt', 'endedBy', 'reason'])
  return { ...kept, state: 'running', heartbeatAt: now, leaseUntil: leaseFrom(deps, now) }
}

/** Running again after its end, under the next attempt. For runs without a trial. */
export function reopenedLive(deps: LeaseDeps, live: RunLive, now: UnixMs): RunLive {
  const kept = without(live, ['endedAt', 'endedBy', 'exitCode', 'preempting', 'reason', 'stop'])
  return {
    ...kept,
    ...pastAttempts(live),
    claimedAt: now,
    state: 'running',
    attempt: live.attempt + 1,
    heard: true,
    heartbeatAt: now,
    leaseUntil: leaseFrom(deps, now),
  }
}

export function endedLive(
  live: RunLive,
  end: {
    readonly state: EndState
    readonly attempt: number
    readonly now: UnixMs
    readonly reason?: string | undefined
  },
): RunLive {
  return {
    ...without(live, ['leaseUntil']),
    state: end.state,
    endedAt: end.now,
    endedBy: end.attempt,
    ...(end.reason !== undefined && { reason: end.reason }),
  }
}

/** Back in the queue with the same parameters. `lost`: counts towards `retry.max_attempts`. */
export const requeuedLive = (live: RunLive, lost: boolean): RunLive => ({
  ...without(live, ['leaseUntil']),
  state: 'queued',
  lost: live.lost + (lost ? 1 : 0),
  ...(!lost && { released: true }),
})

/** Queued again after its end, because a person wants its trial repeated: what it reported does not count any more. */
export const repeatedLive = (live: RunLive): RunLive => ({
  ...without(live, [
    'endedAt',
    'endedBy',
    'exitCode',
    'leaseUntil',
    'preempting',
    'reason',
    'recent',
    'stop',
    'voided',
  ]),
  state: 'queued',
  summary: '{}',
  lost: 0,
  released: true,
  ...(isEnd(live.state) && { requeued: live.state }),
  fence: live.attempt,
})

/**
 * Its result voided by a person. History and summary stay readable. Its trial has the latest attempt from now on, not the one that had
 * the result: when the run is deleted, the trial must know which attempts were handed out.
 */
export const voidedLive = (live: RunLive, voided: Voided): RunLive => ({
  ...live,
  state: 'killed',
  voided,
  endedBy: live.attempt,
  fence: live.attempt,
})
