import type { SweepKey } from '@chimney/core/schema/names'
import { sweepPath } from '@chimney/core/schema/names'
import { isEnd } from '@chimney/core/sweep/lifecycle'
import type { Deps } from '../../deps.ts'
import { evictObjective } from '../../runs/history/objective-cache.ts'
import { killRun } from '../../runs/lifecycle/kill-run.ts'
import { loadSweep } from '../load-sweep.ts'
import { deletePriors } from '../search/priors.ts'
import { evictTrials } from '../search/trial-cache.ts'
import { runKeyOf } from '../trials/create-trials.ts'
import { readTrials } from '../trials/read-trials.ts'
import { deleteTrialPages } from '../trials/trial-pages.ts'
import { unshareSweep } from './share-sweep.ts'
import { updateSweep } from './update-sweep.ts'

/**
 * Deletes a sweep and its trials. Its runs stay, as runs without a sweep. Open runs end as killed first, because reconcile would
 * no longer expire their leases.
 */
export async function deleteSweep(
  deps: Pick<Deps, 'store' | 'queue' | 'files' | 'clock' | 'settings'>,
  key: SweepKey,
): Promise<void> {
  const sweep = await deps.store.getSweep(key)
  if (!sweep) {
    // A deletion that died half-way has hidden the sweep; complete it.
    const hidden = await deps.store.findSweep(key.sweep)
    if (!hidden || sweepPath(hidden) !== sweepPath(key)) await loadSweep(deps, key)
    return deps.store.deleteSweep(key)
  }
  const { head } = sweep
  if (head.state === 'running' || head.state === 'paused')
    await updateSweep(deps, key, { state: 'cancelled' })
  for (const trial of await readTrials(deps, key, head.settled))
    if (!isEnd(trial.state)) await killRun(deps, runKeyOf(trial), 'the sweep was deleted')
  // Dependent data first: without the sweep a repetition would not find it.
  await unshareSweep(deps, key)
  await deletePriors(deps, key)
  await deleteTrialPages(deps, sweep.record)
  await deps.store.deleteSweep(key)
  evictObjective(deps, key)
  evictTrials(deps.store, key)
}
