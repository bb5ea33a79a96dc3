/** Whether a pending sleep keeps the process alive. Default: `keeps`. */
export type KeepsAlive = 'keeps' | 'lets-exit'

/** Clock, timers and randomness, which tests replace. */
export interface Timing {
  /** Unix ms. */
  readonly now: () => number
  /** Resolves after `ms`, or at once when `signal` aborts: callers check the signal afterwards. */
  readonly sleep: (ms: number, signal?: AbortSignal, keepsAlive?: KeepsAlive) => Promise<void>
  /** In [0, 1). */
  readonly random: () => number
}

export const systemTiming: Timing = {
  now: () => Date.now(),
  sleep: (ms, signal, keepsAlive) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve()
      const done = () => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', done)
        resolve()
      }
      const timer = setTimeout(done, Math.min(ms, 2_147_483_647)) // Node fires longer timers at once
      if (keepsAlive === 'lets-exit') timer.unref()
      signal?.addEventListener('abort', done)
    }),
  random: () => Math.random(),
}
