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
 * Deletes a sweep: open trials end as killed, then the sweep and its trials go. The runs stay, as runs without a sweep; none may
 * stay open, since nobody would look after its lease.
 */
export async function deleteSweep(
  deps: Pick<Deps, 'store' | 'queue' | 'files' | 'clock' | 'settings'>,
  key: SweepKey,
): Promise<void> {
  const sweep = await deps.store.getSweep(key)
  if (!sweep) {
    // A deletion that died has made it invisible, and is finished here.
    const left = await deps.store.findSweep(key.sweep)
    if (!left || sweepPath(left) !== sweepPath(key)) await loadSweep(deps, key)
    return deps.store.deleteSweep(key)
  }
  const { head } = sweep
  if (head.state === 'running' || head.state === 'paused')
    await updateSweep(deps, key, { state: 'cancelled' })
  for (const trial of await readTrials(deps, key, head.settled))
    if (!isEnd(trial.state)) await killRun(deps, runKeyOf(trial), 'the sweep was deleted')
  // What hangs on the sweep goes first: once it is gone, a repetition would not know of it.
  await unshareSweep(deps, key)
  await deletePriors(deps, key)
  await deleteTrialPages(deps, sweep.record)
  await deps.store.deleteSweep(key)
  evictObjective(deps, key)
  evictTrials(deps.store, key)
}
