import { MAX_SKEW_MS } from '../../clock.ts'
import type { Deps } from '../../deps.ts'
import type { RunLive } from '../../store/runs.ts'
import { changeLive } from './change-live.ts'

/** Shortens a lease that was taken before the clock was set back: it ends a whole lease from now at the latest. True when it did. */
export async function shortenLease(
  deps: Pick<Deps, 'store' | 'clock' | 'settings'>,
  known: RunLive,
): Promise<boolean> {
  const latest = deps.clock.now() + deps.settings.leaseSeconds * 1000
  const isTooLong = (live: RunLive) =>
    live.state === 'running' && (live.leaseUntil ?? 0) > latest + MAX_SKEW_MS
  if (!isTooLong(known)) return false
  const changed = await changeLive(
    deps,
    known.key,
    (live) => (isTooLong(live) ? { next: { ...live, leaseUntil: latest }, answer: true } : { answer: false }),
    known,
  )
  return changed?.answer === true
}
