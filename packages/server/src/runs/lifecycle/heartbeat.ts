import type { RunKey } from '@chimney/core/schema/names'
import { signOfLife } from '@chimney/core/sweep/attempt'
import { isEnd } from '@chimney/core/sweep/lifecycle'
import type { UnixMs } from '../../clock.ts'
import type { Deps } from '../../deps.ts'
import { renewed, type StopAnswer, stopFlag } from '../history/report-metrics.ts'
import { changeLive, runNotFound } from '../live/change-live.ts'

/** A renewal is a write; one in so many seconds keeps any lease alive that is longer. */
const RENEW_EVERY_MS = 30_000

/** A sign of life without metrics. Tells whether to stop, and how long the lease lasts. */
export async function heartbeat(
  deps: Pick<Deps, 'store' | 'clock' | 'settings'>,
  key: RunKey,
  input: { readonly attempt?: number },
): Promise<StopAnswer & { readonly leaseUntil?: UnixMs }> {
  const now = deps.clock.now()
  const leaseMs = deps.settings.leaseSeconds * 1000
  const changed = await changeLive(deps, key, (live) => {
    const sign = signOfLife(live, input.attempt)
    const revives = live.state === 'crashed' && live.number === undefined
    if (sign.kind === 'outside' && !revives)
      return { answer: sign.stop ? { stop: true, reason: sign.reason } : { stop: false } }
    const answer: StopAnswer = stopFlag(live) ?? { stop: false }
    const fresh =
      live.state === 'running' &&
      (live.leaseUntil ?? 0) - now > leaseMs - Math.min(RENEW_EVERY_MS, leaseMs / 3)
    return fresh ? { answer } : { next: renewed(deps, live, now), answer }
  })
  if (!changed) throw runNotFound(key)
  const { live, answer } = changed
  return {
    ...answer,
    ...(live.leaseUntil !== undefined && !isEnd(live.state) && { leaseUntil: live.leaseUntil }),
  }
}
