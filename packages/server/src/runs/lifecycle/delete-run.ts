import type { RunKey } from '@chimney/core/schema/names'
import type { Deps } from '../../deps.ts'
import type { RunLive } from '../../store/runs.ts'
import { voidTrials } from '../../sweeps/amendments/void-trials.ts'
import { recordOutcome } from '../../sweeps/outcomes/record-outcome.ts'
import { deleteRunFiles } from '../files/run-files.ts'
import { runNotFound } from '../live/change-live.ts'
import { noteEdited } from '../live/edited-runs.ts'
import { killRun } from './kill-run.ts'

type DeleteDeps = Pick<Deps, 'store' | 'queue' | 'files' | 'clock' | 'settings' | 'onFailure'>

/**
 * Deletes a run, its history and its files. The run of a trial ends as killed first, so that its sweep continues. The trial stays in the
 * sweep, because its number was handed out, and is void.
 */
export async function deleteRun(deps: DeleteDeps, key: RunKey): Promise<void> {
  const live = await killRun(deps, key, 'the run was deleted')
  if (live) {
    await recordOutcome(deps, live)
    await voidDeleted(deps, live)
  }
  await deleteRunFiles(deps, key)
  // Another run may get the same id.
  if (live) await noteEdited(deps, key)
  // Also without a live half: a deletion that died may have left the history.
  await deps.store.deleteRun(key)
  if (!live) throw runNotFound(key)
}

/** Nothing may learn from a result that cannot be read any more. */
async function voidDeleted(deps: DeleteDeps, { key, sweep, number }: RunLive): Promise<void> {
  if (sweep === undefined || number === undefined) return
  const at = { entity: key.entity, project: key.project, sweep }
  const trial = (await deps.store.getHead(at)) && (await deps.store.getTrial({ ...at, number }))
  if (trial) await voidTrials(deps, at, [trial], 'its run was deleted', 'deleted')
}
