import type { RunKey } from '@chimney/core/schema/names'
import { isExpired } from '@chimney/core/sweep/attempt'
import type { Deps } from '../../deps.ts'
import type { RunLive } from '../../store/runs.ts'
import { changeLive } from '../live/change-live.ts'
import { endedLive } from '../live/run-transitions.ts'
import { announceFailure } from './announce-failure.ts'

/** Ends a run without a trial whose lease has expired. A later heartbeat or report reopens it. True when this call ended it. */
export async function expireRun(
  deps: Pick<Deps, 'store' | 'clock' | 'webhooks' | 'settings'>,
  key: RunKey,
  known?: RunLive,
): Promise<boolean> {
  const now = deps.clock.now()
  const changed = await changeLive(
    deps,
    key,
    (live) => {
      if (!isExpired(live, now)) return { answer: false }
      const state = live.stop ? 'killed' : 'crashed'
      const reason = 'no heartbeat for the length of the lease'
      return { next: endedLive(live, { state, attempt: live.attempt, now, reason }), answer: true }
    },
    known,
  )
  if (!changed?.answer) return false
  await announceFailure(deps, changed.live)
  return true
}
