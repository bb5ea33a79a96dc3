import type { RunKey } from '@chimney/core/schema/names'
import { acceptHeartbeat } from '@chimney/core/sweep/attempt'
import { isEnd } from '@chimney/core/sweep/lifecycle'
import { MAX_SKEW_MS, type UnixMs } from '../../clock.ts'
import type { Deps } from '../../deps.ts'
import { changeLive, runNotFound } from '../live/change-live.ts'
import { renewedLive } from '../live/run-transitions.ts'
import { type StopAnswer, stopRequest } from '../live/stop-answer.ts'

/** A renewal is a write, so a lease is renewed at most so often, or after a third of it if that is shorter. */
const RENEW_EVERY_MS = 30_000

/** Renews the lease without metrics. Returns whether to stop, and until when the lease lasts. */
export async function heartbeat(
  deps: Pick<Deps, 'store' | 'clock' | 'settings'>,
  key: RunKey,
  input: { readonly attempt?: number },
): Promise<StopAnswer & { readonly leaseUntil?: UnixMs }> {
  const now = deps.clock.now()
  const leaseMs = deps.settings.leaseSeconds * 1000
  const changed = await changeLive(deps, key, (live) => {
    const sign = acceptHeartbeat(live, input.attempt)
    const revives = live.state === 'crashed' && live.number === undefined
    if (sign.kind === 'outside' && !revives)
      return { answer: sign.stop ? { stop: true, reason: sign.reason } : { stop: false } }
    const answer: StopAnswer = stopRequest(live) ?? { stop: false }
    const leftMs = (live.leaseUntil ?? 0) - now
    // More than a whole lease is left when the clock was set back.
    const fresh =
      live.state === 'running' &&
      leftMs > leaseMs - Math.min(RENEW_EVERY_MS, leaseMs / 3) &&
      leftMs <= leaseMs + MAX_SKEW_MS
    return fresh ? { answer } : { next: renewedLive(deps, live, now), answer }
  })
  if (!changed) throw runNotFound(key)
  const { live, answer } = changed
  return {
    ...answer,
    ...(live.leaseUntil !== undefined && !isEnd(live.state) && { leaseUntil: live.leaseUntil }),
  }
}
