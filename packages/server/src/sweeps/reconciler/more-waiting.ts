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

/** Removes numbers from `waiting`, wherever they are stored. `moreWaiting` is that of the head that was read. */
export async function removeWaiting(
  deps: Pick<Deps, 'store'>,
  key: SweepKey,
  { moreWaiting }: LoadedSweep['head'],
  numbers: readonly number[],
): Promise<void> {
  if (numbers.length === 0) return
  await deps.store.removeWaiting(key, numbers)
  if (moreWaiting !== undefined) await deps.store.removeMoreWaiting(key, numbers)
}
