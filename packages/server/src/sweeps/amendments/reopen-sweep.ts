import type { SweepKey } from '@chimney/core/schema/names'
import type { Deps } from '../../deps.ts'
import type { SweepHead } from '../../store/sweeps.ts'
import { sweepBusy } from '../load-sweep.ts'

/** Hand-outs change the head of a busy sweep between read and write; so many lost races in a row are an error. */
const TRIES = 100

/**
 * Lets a sweep have open trials from the number `first` on: a finished one runs again. Always writes a new revision, so that a request
 * that has just seen all trials ended cannot end the sweep. Undefined when the sweep was deleted.
 */
export async function reopenSweep(
  deps: Pick<Deps, 'store' | 'clock'>,
  key: SweepKey,
  first: number,
): Promise<SweepHead | undefined> {
  for (let tries = 0; tries < TRIES; tries++) {
    const head = await deps.store.getHead(key)
    if (!head) return undefined
    const { reason, ...rest } = head
    const isFinished = head.state === 'finished'
    const next: SweepHead = {
      ...rest,
      ...(reason !== undefined && !isFinished && { reason }),
      state: isFinished ? 'running' : head.state,
      settled: Math.min(head.settled, first - 1),
      updatedAt: deps.clock.now(),
      rev: head.rev + 1,
    }
    if (await deps.store.replaceHead(key, next, 0)) return next
  }
  throw sweepBusy(key)
}
