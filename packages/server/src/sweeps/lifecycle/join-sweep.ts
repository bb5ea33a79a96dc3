import type { SweepKey } from '@chimney/core/schema/names'
import { Problem } from '@chimney/core/schema/problem'
import type { Deps } from '../../deps.ts'
import { loadSweep } from '../load-sweep.ts'

/** The sweep's record lists them, so there is an end to it. */
export const MAX_JOINED = 1000
const TRIES = 20

/** Links a run to a sweep that did not ask for it. It is listed with the sweep's runs; it takes no number and no place of the cap. */
export async function joinSweep(deps: Pick<Deps, 'store'>, key: SweepKey, run: string): Promise<void> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const { record } = await loadSweep(deps, key)
    const joined = record.joined ?? []
    if (joined.includes(run)) return
    if (joined.length >= MAX_JOINED)
      throw new Problem(
        'conflict',
        'too-many-joined',
        `${MAX_JOINED} runs have joined sweep ${key.sweep} by themselves; make a new sweep`,
      )
    if (await deps.store.replaceSweep({ ...record, joined: [...joined, run], rev: record.rev + 1 })) return
  }
  throw new Problem(
    'retryable',
    'sweep-busy',
    `too many writers at sweep ${key.sweep}; send the request again`,
    { retryAfter: 1 },
  )
}
