import type { MaxSecondsConfig } from '@chimney/core/schema/sweep-limits'
import { trialOverTime } from '@chimney/core/sweep/limits'
import type { UnixMs } from '../../clock.ts'
import type { RunLive, StopRequest } from '../../store/runs.ts'

/** The limits of a sweep, and when it was created. */
export interface TimeLimits {
  readonly maxSeconds?: MaxSecondsConfig
  readonly createdAt: UnixMs
}

/** The stop request of a running trial that exceeds a limit of time; undefined for one that has a request. */
export function timeLimitStop(
  live: RunLive,
  limits: TimeLimits | undefined,
  now: UnixMs,
): StopRequest | undefined {
  if (!limits?.maxSeconds || live.stop || live.state !== 'running') return undefined
  const startedAt = live.claimedAt ?? live.startedAt ?? now
  const reason = trialOverTime(limits.maxSeconds, { createdAt: limits.createdAt, startedAt, now })
  return reason === undefined ? undefined : { reason, by: 'stopper', at: now }
}
