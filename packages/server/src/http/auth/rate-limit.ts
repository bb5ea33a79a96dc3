import { Problem } from '@chimney/core/schema/problem'
import type { Clock } from '../../clock.ts'
import type { Store } from '../../store/store.ts'

const WINDOW_MS = 60_000
/** Keys whose state is kept; the one that was idle longest goes first. */
const MAX_REMEMBERED = 1_000

/** Counts a request of the key; throws `Problem('retryable', 'too-many-requests')` when its minute is used up. */
export type RateLimit = (id: string, perMinute: number) => Promise<void>

interface Share {
  readonly window: number
  /** Requests that this instance has let through. */
  used: number
  /** How many it may let through before it has to ask again. */
  granted: number
  /** Counted in the store so far. */
  counted: number
  /** How many it asks for at a time. */
  chunk: number
  /** The minute is used up. */
  full: boolean
  asking: Promise<void> | undefined
}

/**
 * A limit for each key that holds across functions without a write for each request. An instance lets the first half per cent of a
 * minute's requests through by itself; beyond that it takes shares of two per cent from a counter in the table, one conditional
 * write each. So a key that behaves costs nothing, and one that does not gets its limit plus at most half a per cent for each
 * further instance. Below 200 a minute every request is counted, and the limit is exact. Minutes are the clock's.
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
      asking: undefined,
    }
    shares.delete(id)
    shares.set(id, fresh)
    if (shares.size > MAX_REMEMBERED) shares.delete(shares.keys().next().value!)
    return fresh
  }

  async function ask(share: Share, id: string, perMinute: number): Promise<void> {
    // What went through by itself is counted with the first share.
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
          `this key may send ${perMinute} requests a minute; wait for the next one, or send more in each request`,
          { retryAfter: ((share.window + 1) * WINDOW_MS - now) / 1000 },
        )
      share.asking ??= ask(share, id, perMinute).finally(() => {
        share.asking = undefined
      })
      await share.asking
    }
    share.used++
  }
}
