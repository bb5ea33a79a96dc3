import { type SweepKey, sweepPath } from '@chimney/core/schema/names'
import { Problem } from '@chimney/core/schema/problem'
import type { Deps } from '../../deps.ts'
import { loadSweep, sweepBusy } from '../load-sweep.ts'

/** The sweep's record lists them, and an item holds 400 KB. */
export const MAX_JOINED = 1000
const TRIES = 20

/** Adds a run to a sweep that did not request it. It is listed with the sweep's runs; it has no trial number and does not count towards the cap. */
export async function joinSweep(deps: Pick<Deps, 'store'>, key: SweepKey, run: string): Promise<void> {
  for (let tries = 0; tries < TRIES; tries++) {
    const { record } = await loadSweep(deps, key)
    const joined = record.joined ?? []
    if (joined.includes(run)) return
    if (joined.length >= MAX_JOINED)
      throw new Problem(
        'conflict',
        'too-many-joined',
        `${MAX_JOINED} runs have joined sweep ${sweepPath(key)}, which is the maximum; create a new sweep`,
      )
    if (await deps.store.replaceSweep({ ...record, joined: [...joined, run], rev: record.rev + 1 })) return
  }
  throw sweepBusy(key)
}
