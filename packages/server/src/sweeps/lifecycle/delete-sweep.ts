import { type RunKey, type SweepKey, sweepPath } from '@chimney/core/schema/names'
import { Problem } from '@chimney/core/schema/problem'
import { isEnd } from '@chimney/core/sweep/lifecycle'
import type { UnixMs } from '../../clock.ts'
import type { Deps } from '../../deps.ts'
import { inParallel } from '../../in-parallel.ts'
import { deleteRunFiles } from '../../runs/files/run-files.ts'
import { evictObjective } from '../../runs/history/objective-cache.ts'
import { killRun } from '../../runs/lifecycle/kill-run.ts'
import { type LoadedSweep, loadSweep } from '../load-sweep.ts'
import { deletePriors } from '../search/priors.ts'
import { evictTrials } from '../search/trial-cache.ts'
import { runKeyOf } from '../trials/create-trials.ts'
import { trialsAfter } from '../trials/list-trials.ts'
import { readTrials } from '../trials/read-trials.ts'
import { deleteTrialPages } from '../trials/trial-pages.ts'
import { unshareSweep } from './share-sweep.ts'
import { updateSweep } from './update-sweep.ts'

/** A function has 30 seconds; the rest is deleted when the request is sent again. */
const BUDGET_MS = 20_000

/**
 * Deletes a sweep with its trials and their runs, also those that joined it, with histories and files. Open runs end as killed first. Throws the
 * retryable `deletion-continues` when it takes longer than a request may: a repetition continues.
 */
export async function deleteSweep(
  deps: Pick<Deps, 'store' | 'queue' | 'files' | 'clock' | 'settings' | 'onFailure'>,
  key: SweepKey,
): Promise<void> {
  const until = deps.clock.now() + BUDGET_MS
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
  await deleteRuns(deps, sweep, until)
  // Dependent data first: without the sweep a repetition would not find it.
  await unshareSweep(deps, key)
  await deletePriors(deps, key)
  await deleteTrialPages(deps, sweep.record)
  await deps.store.deleteSweep(key)
  evictObjective(deps, key)
  evictTrials(deps.store, key)
}

async function deleteRuns(
  deps: Pick<Deps, 'store' | 'files' | 'clock'>,
  { record }: LoadedSweep,
  until: UnixMs,
): Promise<void> {
  const { key, joined = [] } = record
  const { entity, project } = key
  const deleteSome = (runs: readonly RunKey[]) =>
    inParallel(runs, async (run) => {
      if (deps.clock.now() > until) throw deletionContinues(key)
      await deleteRunFiles(deps, run)
      await deps.store.deleteRun(run)
    })
  for await (const trials of trialsAfter(deps, key, 0)) await deleteSome(trials.map(runKeyOf))
  await deleteSome(joined.map((run) => ({ entity, project, run })))
}

const deletionContinues = (key: SweepKey): Problem =>
  new Problem(
    'retryable',
    'deletion-continues',
    `sweep ${sweepPath(key)} has so many runs that they are deleted in steps; send the request again to continue`,
    { retryAfter: 1 },
  )
