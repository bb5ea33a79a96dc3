import type { RunPatch } from '@chimney/core/schema/api/runs'
import { type Json, parseJson, stringifyJson } from '@chimney/core/schema/json'
import type { RunKey } from '@chimney/core/schema/names'
import type { Deps } from '../../deps.ts'
import type { RunLive, RunRecord } from '../../store/runs.ts'
import type { Summary } from '../../sweeps/amendments/correct-summary.ts'
import { runNotFound } from '../live/change-live.ts'
import { changeRecord } from '../live/change-record.ts'
import { stopRun } from './stop-run.ts'

/**
 * Updates what a user may change. `config` and `summary` are merged key by key; null clears `notes`. `reason`: why the value of an
 * ended trial does not follow its summary.
 */
export async function updateRun(
  deps: Pick<Deps, 'store' | 'queue' | 'files' | 'clock' | 'settings' | 'onFailure'>,
  key: RunKey,
  patch: RunPatch,
): Promise<{ record: RunRecord; live: RunLive; reason?: string }> {
  let reason: string | undefined
  const { stop, summary, ...slow } = patch
  if (Object.keys(slow).length > 0) await changeRecord(deps, key, (record) => patched(record, slow))
  if (summary !== undefined) {
    const { correctSummary } = await import('../../sweeps/amendments/correct-summary.ts')
    reason = (await correctSummary(deps, key, (before) => ({ ...before, ...(summary as Summary) }))).reason
  }
  if (stop) await stopRun(deps, key, 'stopped by a user')
  const run = await deps.store.getRun(key)
  if (!run) throw runNotFound(key)
  return { ...run, ...(reason !== undefined && { reason }) }
}

function patched(record: RunRecord, patch: RunPatch): RunRecord {
  const { notes, ...rest } = record
  const kept = patch.notes === undefined ? notes : (patch.notes ?? undefined)
  const config = patch.config && {
    ...(parseJson(rest.config, { exact: true }) as { [name: string]: Json }),
    ...(patch.config as { [name: string]: Json }),
  }
  return {
    ...rest,
    ...(kept !== undefined && { notes: kept }),
    ...(patch.name !== undefined && { displayName: patch.name }),
    ...(patch.tags !== undefined && { tags: patch.tags }),
    ...(config && { config: stringifyJson(config) }),
  }
}
