/** Whether the process waits for the sleeper before it exits by itself; `keeps` by default. */
export type KeepsAlive = 'keeps' | 'lets-exit'

/** Where waiting and chance come from, so that a test decides both. */
export interface Timing {
  /** Unix ms. */
  readonly now: () => number
  /** Resolves after `ms`, or at once when `signal` aborts: whoever sleeps looks at the signal afterwards. */
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
      const timer = setTimeout(done, Math.min(ms, 2_147_483_647)) // Node fires at once beyond 31 bits
      if (keepsAlive === 'lets-exit') timer.unref()
      signal?.addEventListener('abort', done)
    }),
  random: () => Math.random(),
}
