import type { RunKey } from '@chimney/core/schema/names'
import { isEnd } from '@chimney/core/sweep/lifecycle'
import type { Deps } from '../../deps.ts'
import type { RunRecord } from '../../store/runs.ts'
import { MAX_TRIES, runBusy, runNotFound } from './change-live.ts'
import { noteEdited } from './edited-runs.ts'

/**
 * Reads the record of a run, changes it, and writes it; starts over when another writer was first. `change` returns its argument
 * when there is nothing to write; it does not set `rev`.
 */
export async function changeRecord(
  deps: Pick<Deps, 'store' | 'clock'>,
  key: RunKey,
  change: (record: RunRecord) => RunRecord,
  known?: RunRecord,
): Promise<RunRecord> {
  let record = known ?? (await deps.store.getRun(key))?.record
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    if (!record) throw runNotFound(key)
    const changed = change(record)
    if (changed === record) return record
    const next = { ...changed, rev: record.rev + 1 }
    const live = await deps.store.getLive(key)
    if (live && isEnd(live.state)) await noteEdited(deps, key)
    if (await deps.store.replaceRun(next)) return next
    record = (await deps.store.getRun(key))?.record
  }
  throw runBusy(key)
}
