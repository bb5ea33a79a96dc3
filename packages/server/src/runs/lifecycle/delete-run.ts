import type { RunKey } from '@chimney/core/schema/names'
import type { Deps } from '../../deps.ts'
import { recordOutcome } from '../../sweeps/outcomes/record-outcome.ts'
import { deleteRunFiles } from '../files/run-files.ts'
import { runNotFound } from '../live/change-live.ts'
import { killRun } from './kill-run.ts'

/**
 * Deletes a run, its history and its files. The run of a trial ends as killed first, so that its sweep continues; the trial stays in the sweep,
 * because its number was handed out.
 */
export async function deleteRun(
  deps: Pick<Deps, 'store' | 'queue' | 'files' | 'clock' | 'settings'>,
  key: RunKey,
): Promise<void> {
  const live = await killRun(deps, key, 'the run was deleted')
  if (live) await recordOutcome(deps, live)
  await deleteRunFiles(deps, key)
  // Also without a live half: a deletion that died may have left the history.
  await deps.store.deleteRun(key)
  if (!live) throw runNotFound(key)
}
