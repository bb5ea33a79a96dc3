/** Milliseconds since 1970-01-01 UTC. */
export type UnixMs = number

export interface Clock {
  readonly now: () => UnixMs
}

export const systemClock: Clock = { now: () => Date.now() }

/** Clocks of two machines differ by less, or one of them was set. */
export const MAX_SKEW_MS = 10_000

/** The time from `since` to `now`. A time in the future was written before the clock was set back: it is long ago. */
export const elapsedMs = (since: UnixMs, now: UnixMs): number =>
  since > now + MAX_SKEW_MS ? Number.POSITIVE_INFINITY : now - since
