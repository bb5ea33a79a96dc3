import type { Timing } from './timing.ts'

/** Clock for tests. It is `manual`, or it advances to the end of each sleep (`auto`). */
export interface FakeTime extends Timing {
  /** Advances the clock and resolves due sleeps in order. */
  readonly advance: (ms: number) => Promise<void>
  /** Requested length of each sleep, in order. */
  readonly slept: readonly number[]
}

export const fakeTime = (mode: 'manual' | 'auto' = 'manual'): FakeTime => {
  let now = 1_700_000_000_000
  const slept: number[] = []
  let sleepers: { readonly at: number; readonly wake: () => void }[] = []
  return {
    now: () => now,
    random: () => 0.5,
    slept,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        slept.push(ms)
        if (signal?.aborted) return resolve()
        if (mode === 'auto') {
          now += ms
          return setImmediate(resolve)
        }
        const sleeper = {
          at: now + ms,
          wake: () => {
            sleepers = sleepers.filter((one) => one !== sleeper)
            signal?.removeEventListener('abort', sleeper.wake)
            resolve()
          },
        }
        sleepers.push(sleeper)
        signal?.addEventListener('abort', sleeper.wake)
      }),
    advance: async (ms) => {
      const until = now + ms
      for (;;) {
        await settle()
        const next = sleepers.reduce<(typeof sleepers)[number] | undefined>(
          (first, one) => (first === undefined || one.at < first.at ? one : first),
          undefined,
        )
        if (!next || next.at > until) break
        now = Math.max(now, next.at)
        next.wake()
      }
      now = until
      await settle()
    },
  }
}

/** Runs all pending callbacks of the event loop. */
export const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve))
}
