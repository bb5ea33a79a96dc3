import type { SweepKey } from '@chimney/core/schema/names'
import type { Deps } from '../deps.ts'
import { forgetObjective } from '../runs/known-objective.ts'
import { loadSweep } from './load-sweep.ts'
import { updateSweep } from './update-sweep.ts'

/** Deletes a sweep: open trials are told to stop, then the sweep and its trials go. The runs stay, as runs without a sweep. */
export async function deleteSweep(
  deps: Pick<Deps, 'store' | 'queue' | 'clock' | 'settings'>,
  key: SweepKey,
): Promise<void> {
  const { head } = await loadSweep(deps, key)
  if (head.state === 'running' || head.state === 'paused')
    await updateSweep(deps, key, { state: 'cancelled' })
  await deps.store.deleteSweep(key)
  forgetObjective(deps, key)
}
