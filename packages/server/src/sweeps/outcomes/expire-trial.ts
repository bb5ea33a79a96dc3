import { type Ending, expire, isExpired } from '@chimney/core/sweep/attempt'
import type { Deps } from '../../deps.ts'
import { changeLive } from '../../runs/live/change-live.ts'
import { endedLive, requeuedLive } from '../../runs/live/run-transitions.ts'
import type { RunLive } from '../../store/runs.ts'
import type { LoadedSweep } from '../load-sweep.ts'
import { recordOutcome } from './record-outcome.ts'
import { requeueTrial } from './requeue-trial.ts'

/**
 * Requeues a trial whose lease has expired, or ends it after its last attempt. False when the lease was renewed or another
 * caller was first.
 */
export async function expireTrial(
  deps: Pick<Deps, 'store' | 'queue' | 'files' | 'clock' | 'settings' | 'onFailure'>,
  sweep: LoadedSweep,
  expired: RunLive,
): Promise<boolean> {
  const now = deps.clock.now()
  const options = {
    maxAttempts: sweep.record.config.retry.max_attempts,
    mayRequeue: sweep.head.state === 'running' || sweep.head.state === 'paused',
  }
  const changed = await changeLive<Ending | undefined>(
    deps,
    expired.key,
    (live) => {
      if (!isExpired(live, now)) return { answer: undefined }
      // A preempted attempt is no failure: it does not count towards max_attempts.
      const ending = expire(live, { ...options, lost: !live.preempting })
      if (ending.kind === 'requeue') return { next: requeuedLive(live, ending.lost), answer: ending }
      if (ending.kind !== 'end') return { answer: undefined }
      const lost = live.lost + 1
      const reason = ending.state === 'crashed' ? lostReason(lost) : undefined
      const ended = endedLive(live, { state: ending.state, attempt: live.attempt, now, reason })
      return { next: { ...ended, lost }, answer: ending }
    },
    expired,
  )
  if (!changed?.answer) return false
  if (changed.answer.kind === 'requeue') await requeueTrial(deps, changed.live, sweep)
  else await recordOutcome(deps, changed.live, sweep)
  return true
}

const lostReason = (times: number): string =>
  `no heartbeat for the length of the lease${times > 1 ? `, ${times} times` : ''}`
