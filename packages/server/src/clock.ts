/** Milliseconds since 1970-01-01 UTC. */
export type UnixMs = number

export interface Clock {
  readonly now: () => UnixMs
}

export const systemClock: Clock = { now: () => Date.now() }
