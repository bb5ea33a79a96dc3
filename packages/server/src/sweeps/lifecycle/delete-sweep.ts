import type { SweepKey } from '@chimney/core/schema/names'
import { sweepPath } from '@chimney/core/schema/names'
import { isEnd } from '@chimney/core/sweep/lifecycle'
import type { Deps } from '../../deps.ts'
import { forgetObjective } from '../../runs/history/known-objective.ts'
import { killRun } from '../../runs/lifecycle/kill-run.ts'
import { loadSweep } from '../load-sweep.ts'
import { dropPriors } from '../search/prior-trials.ts'
import { forgetTrials } from '../search/trial-memory.ts'
import { runKeyOf } from '../trials/make-trials.ts'
import { readTrials } from '../trials/read-trials.ts'
import { dropTrialBlocks } from '../trials/trial-pages.ts'
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
  await dropPriors(deps, key)
  await dropTrialBlocks(deps, sweep.record)
  await deps.store.deleteSweep(key)
  forgetObjective(deps, key)
  forgetTrials(deps.store, key)
}
