import type { EndState } from '@chimney/core/sweep/lifecycle'
import type { UnixMs } from '../../clock.ts'
import type { RunLive } from '../../store/runs.ts'

/** The live half of a run that ends now. */
export function endedLive(
  live: RunLive,
  end: {
    readonly state: EndState
    readonly attempt: number
    readonly now: UnixMs
    readonly reason?: string | undefined
  },
): RunLive {
  const { leaseUntil: _, ...rest } = live
  return {
    ...rest,
    state: end.state,
    endedAt: end.now,
    endedBy: end.attempt,
    ...(end.reason !== undefined && { reason: end.reason }),
  }
}

/** The live half of a run that goes back to the queue with the same parameters. */
export function requeuedLive(live: RunLive, lost: boolean): RunLive {
  const { leaseUntil: _, ...rest } = live
  return { ...rest, state: 'queued', lost: live.lost + (lost ? 1 : 0), ...(!lost && { released: true }) }
}
