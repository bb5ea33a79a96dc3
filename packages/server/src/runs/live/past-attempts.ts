import { isEnd } from '@chimney/core/sweep/lifecycle'
import type { PastAttempt, RunLive } from '../../store/runs.ts'

/** Every heartbeat writes the live half of a run, so the list stays short. */
const MAX_KEPT = 10

/** The list of past attempts once the next attempt starts, oldest first: it includes the current attempt, if there is one. */
export function pastAttempts(live: RunLive): Pick<RunLive, 'past'> {
  const { attempt, agent, claimedAt, startedAt, heartbeatAt, past = [] } = live
  if (attempt === 0) return {}
  const from = claimedAt ?? startedAt
  const current: PastAttempt = {
    attempt,
    ...(agent !== undefined && { agent }),
    ...(from !== undefined && { startedAt: from }),
    ...(heartbeatAt !== undefined && { heartbeatAt }),
    end: endOf(live),
  }
  return { past: [...past, current].slice(-MAX_KEPT) }
}

function endOf({ state, released, preempting, requeued }: RunLive): PastAttempt['end'] {
  if (requeued) return requeued
  if (isEnd(state)) return state
  if (preempting) return 'preempted'
  return released ? 'released' : 'lost'
}
