import type { RunPatch } from '@chimney/core/schema/api/runs'
import { type Json, parseJson, stringifyJson } from '@chimney/core/schema/json'
import type { RunKey } from '@chimney/core/schema/names'
import type { Deps } from '../../deps.ts'
import type { RunLive, RunRecord } from '../../store/runs.ts'
import { changeLive, runNotFound } from '../live/change-live.ts'
import { changeRecord } from '../live/change-record.ts'
import { summaryOf } from '../live/summary.ts'
import { stopRun } from './stop-run.ts'

/** Updates what a user may change. `config` and `summary` are merged key by key; null clears `notes`. */
export async function updateRun(
  deps: Pick<Deps, 'store' | 'queue' | 'clock' | 'settings'>,
  key: RunKey,
  patch: RunPatch,
): Promise<{ record: RunRecord; live: RunLive }> {
  const { stop, summary, ...slow } = patch
  if (Object.keys(slow).length > 0) await changeRecord(deps, key, (record) => patched(record, slow))
  if (summary !== undefined) {
    const merged = await changeLive(deps, key, (live) => ({
      next: {
        ...live,
        summary: stringifyJson({ ...summaryOf(live), ...(summary as { [name: string]: Json }) }),
      },
      answer: undefined,
    }))
    if (!merged) throw runNotFound(key)
  }
  if (stop) await stopRun(deps, key, 'stopped by a user')
  const run = await deps.store.getRun(key)
  if (!run) throw runNotFound(key)
  return run
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
