import type { Timing } from './timing.ts'

/** Time for tests: it stands still until told to pass, or jumps to the end of each sleep at once (`jumps`). */
export interface FakeTime extends Timing {
  /** Lets time pass, waking sleepers in order and letting what they start run in between. */
  readonly pass: (ms: number) => Promise<void>
  /** How long each sleep was to be, in order. */
  readonly slept: readonly number[]
}

export const fakeTime = (mode: 'stands' | 'jumps' = 'stands'): FakeTime => {
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
        if (mode === 'jumps') {
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
    pass: async (ms) => {
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

/** Lets everything run that waits for nothing but its turn. */
export const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve))
}
