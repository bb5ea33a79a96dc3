import { type SweepKey, sweepPath } from '@chimney/core/schema/names'
import { Problem } from '@chimney/core/schema/problem'
import type { Deps } from '../deps.ts'
import type { SweepHead, SweepRecord } from '../store/sweeps.ts'

export interface LoadedSweep {
  readonly record: SweepRecord
  readonly head: SweepHead
}

/** Both halves of a sweep, or `not-found`. */
export async function loadSweep(deps: Pick<Deps, 'store'>, key: SweepKey): Promise<LoadedSweep> {
  const sweep = await deps.store.getSweep(key)
  if (!sweep)
    throw new Problem('not-found', 'sweep-not-found', `there is no sweep ${sweepPath(key)}; check the path`)
  return sweep
}
