import { isEnd } from '@chimney/core/sweep/lifecycle'
import type { PastAttempt, RunLive } from '../../store/runs.ts'

/** The live half of a run is written with every sign of life, so it remembers only the latest. */
const MOST_KEPT = 10

/** The attempts that are over once the next one begins, oldest first: those that were before, and the present one if there is one. */
export function pastWith(live: RunLive): Pick<RunLive, 'past'> {
  const { attempt, agent, claimedAt, startedAt, heartbeatAt, past = [] } = live
  if (attempt === 0) return {}
  const began = claimedAt ?? startedAt
  const present: PastAttempt = {
    attempt,
    ...(agent !== undefined && { agent }),
    ...(began !== undefined && { startedAt: began }),
    ...(heartbeatAt !== undefined && { heartbeatAt }),
    end: endOf(live),
  }
  return { past: [...past, present].slice(-MOST_KEPT) }
}

function endOf({ state, released, preempting }: RunLive): PastAttempt['end'] {
  if (isEnd(state)) return state
  if (preempting) return 'preempted'
  return released ? 'released' : 'lost'
}
