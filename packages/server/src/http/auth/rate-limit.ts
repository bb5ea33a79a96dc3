import { Problem } from '@chimney/core/schema/problem'
import type { Clock } from '../../clock.ts'
import type { Store } from '../../store/store.ts'

const WINDOW_MS = 60_000
/** Number of keys with state; the least recently used one is evicted. */
const MAX_CACHED = 1_000

/** Counts a request of the key. Throws `Problem('retryable', 'too-many-requests')` above the limit. */
export type RateLimit = (id: string, perMinute: number) => Promise<void>

interface Share {
  readonly window: number
  /** Requests that this instance accepted. */
  used: number
  /** Requests that it may accept before it takes another share. */
  granted: number
  /** Counted in the store so far. */
  counted: number
  /** Size of a share. */
  chunk: number
  /** The limit of this minute is reached. */
  full: boolean
  pending: Promise<void> | undefined
}

/**
 * A rate limit of each key across all instances without a write per request. An instance accepts the first 0.5% of a minute's
 * requests without a write; then it takes shares of 2% from a counter in the table, one conditional write each. A key below its
 * limit costs nothing; one above it gets its limit plus at most 0.5% for each further instance. Below 200 requests per minute,
 * every request is counted and the limit is exact. Windows are minutes of the clock.
 */
export function rateLimit({ store, clock }: { store: Pick<Store, 'takeRate'>; clock: Clock }): RateLimit {
  const shares = new Map<string, Share>()

  function shareOf(id: string, perMinute: number, window: number): Share {
    const known = shares.get(id)
    if (known?.window === window) return known
    const fresh: Share = {
      window,
      used: 0,
      granted: Math.floor(perMinute / 200),
      counted: 0,
      chunk: Math.max(1, Math.floor(perMinute / 50)),
      full: false,
      pending: undefined,
    }
    shares.delete(id)
    shares.set(id, fresh)
    if (shares.size > MAX_CACHED) shares.delete(shares.keys().next().value!)
    return fresh
  }

  async function takeShare(share: Share, id: string, perMinute: number): Promise<void> {
    // Requests accepted without a write are counted with the first share.
    const owed = share.granted - share.counted
    if (await store.takeRate(id, share.window, owed + share.chunk, perMinute)) {
      share.granted += share.chunk
      share.counted = share.granted
    } else if (share.chunk > 1) share.chunk = 1
    else share.full = true
  }

  return async (id, perMinute) => {
    const now = clock.now()
    const share = shareOf(id, perMinute, Math.floor(now / WINDOW_MS))
    while (share.used >= share.granted) {
      if (share.full)
        throw new Problem(
          'retryable',
          'too-many-requests',
          `this key may send ${perMinute} requests per minute; retry in the next minute, or batch more into each request`,
          { retryAfter: ((share.window + 1) * WINDOW_MS - now) / 1000 },
        )
      share.pending ??= takeShare(share, id, perMinute).finally(() => {
        share.pending = undefined
      })
      await share.pending
    }
    share.used++
  }
}
