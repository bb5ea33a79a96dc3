import { busy } from './errors.ts'

/** Tries without any progress before a batch gives up; the waits between them double from 25 ms and sum up to 6.4 s at most. */
const TRIES = 9

export const batches = <T>(items: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size))

/** Sends until nothing is left undone; `send` answers what is. Throws `Problem('retryable')` after {@link TRIES} tries without progress. */
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
    // The jitter keeps callers that were throttled together from coming back together.
    if (tries > 0) await pause(25 * 2 ** (tries - 1) * (0.5 + Math.random() / 2))
    left = undone
  }
}
