import type { SweepKey } from '@chimney/core/schema/names'
import type { Deps } from '../../deps.ts'
import type { LoadedSweep } from '../load-sweep.ts'

/** The sweep with all waiting numbers in its head, also those that the head has no room for. */
export async function withMoreWaiting(deps: Pick<Deps, 'store'>, sweep: LoadedSweep): Promise<LoadedSweep> {
  const { record, head } = sweep
  if (head.moreWaiting === undefined) return sweep
  const more = await deps.store.listMoreWaiting(record.key, 'all')
  if (more.length === 0) await deps.store.endMoreWaiting(record.key, head.moreWaiting)
  return { record, head: { ...head, waiting: [...head.waiting, ...more] } }
}

/**
 * Removes numbers from `waiting`, wherever they are stored. `head` was read before. With `unchanged`, false and without an effect when
 * the head has been updated since then.
 */
export async function removeWaiting(
  deps: Pick<Deps, 'store'>,
  key: SweepKey,
  { moreWaiting, updatedAt }: LoadedSweep['head'],
  numbers: readonly number[],
  unchanged?: 'unchanged',
): Promise<boolean> {
  if (numbers.length === 0) return true
  if (!(await deps.store.removeWaiting(key, numbers, unchanged && updatedAt))) return false
  if (moreWaiting !== undefined) await deps.store.removeMoreWaiting(key, numbers)
  return true
}
