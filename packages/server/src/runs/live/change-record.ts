import { type RunKey, runPath } from '@chimney/core/schema/names'
import { Problem } from '@chimney/core/schema/problem'
import type { Deps } from '../../deps.ts'
import type { RunRecord } from '../../store/runs.ts'
import { runNotFound } from './change-live.ts'

const TRIES = 20

/**
 * Reads the slow half, changes it, and writes it unless another writer was first, in which case it changes what stands
 * then. `change` answers the record as given when there is nothing to write; it does not set `rev`.
 */
export async function changeRecord(
  deps: Pick<Deps, 'store'>,
  key: RunKey,
  change: (record: RunRecord) => RunRecord,
  known?: RunRecord,
): Promise<RunRecord> {
  let record = known ?? (await deps.store.getRun(key))?.record
  for (let attempt = 0; attempt < TRIES; attempt++) {
    if (!record) throw runNotFound(key)
    const changed = change(record)
    if (changed === record) return record
    const next = { ...changed, rev: record.rev + 1 }
    if (await deps.store.replaceRun(next)) return next
    record = (await deps.store.getRun(key))?.record
  }
  throw new Problem(
    'retryable',
    'run-busy',
    `too many writers at run ${runPath(key)}; send the request again`,
    { retryAfter: 1 },
  )
}
