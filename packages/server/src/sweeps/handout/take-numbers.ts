import type { Deps } from '../../deps.ts'
import type { SweepHead, SweepRecord } from '../../store/sweeps.ts'
import type { LoadedSweep } from '../load-sweep.ts'
import { openCount, remainingNumbers } from '../trials/trial-counts.ts'

/** Trial numbers that this caller alone has. */
export interface TakenNumbers {
  readonly record: SweepRecord
  /** The head right after the numbers were taken. */
  readonly head: SweepHead
  /** Ascending and consecutive; empty when none are left. */
  readonly numbers: readonly number[]
}

/**
 * Takes up to `wanted` numbers by one atomic counter. With an agent function no more than its `concurrency` allows: open trials
 * are counted on a head that may be stale, so the write is conditional on `taken`. Otherwise two trials that end at the same
 * time would both be replaced by a trial for the same free slot.
 */
export async function takeNumbers(
  deps: Pick<Deps, 'store' | 'clock'>,
  sweep: LoadedSweep,
  wanted: number,
): Promise<TakenNumbers> {
  const { record } = sweep
  const { dispatch } = record.config
  // Ends, because each lost race means that another request got numbers.
  for (let head: SweepHead | undefined = sweep.head; head?.state === 'running'; ) {
    const slots = dispatch ? dispatch.concurrency - openCount(head) : Number.POSITIVE_INFINITY
    const count = Math.min(wanted, slots, remainingNumbers(head))
    if (count <= 0) break
    const ifTaken = dispatch && head.taken
    const taken = await deps.store.takeNumbers(record.key, count, deps.clock.now(), ifTaken)
    if (taken) {
      const numbers = Array.from({ length: count }, (_, i) => taken.first + i)
      return { record, head: taken.head, numbers }
    }
    head = await deps.store.getHead(record.key)
  }
  return { ...sweep, numbers: [] }
}
