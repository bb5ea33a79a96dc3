import { busy } from './errors.ts'

/** Attempts without progress before a batch fails; the pauses double from 25 ms, at most 6.4 s in total. */
const TRIES = 9

export const batches = <T>(items: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size))

/** Repeats `send`, which returns unprocessed items, until none is left. Throws `Problem('retryable')` after {@link TRIES} attempts without progress. */
export async function drain<T>(
  op: string,
  pause: (ms: number) => Promise<unknown>,
  work: readonly T[],
  send: (work: readonly T[]) => Promise<readonly T[]>,
): Promise<void> {
  let left = work
  for (let tries = 0; left.length > 0; ) {
    const undone = await send(left)
    tries = undone.length < left.length ? 0 : tries + 1
    if (tries === TRIES) throw busy(op)
    // Jitter, so that callers throttled together do not retry together.
    if (tries > 0) await pause(25 * 2 ** (tries - 1) * (0.5 + Math.random() / 2))
    left = undone
  }
}
