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

/** Whether the sweep is in a terminal state. Trials that are running may still finish. */
export const hasEnded = ({ state }: Pick<SweepHead, 'state'>): boolean =>
  state === 'finished' || state === 'cancelled'

/** A conditional write lost too many races in a row. */
export const sweepBusy = (key: SweepKey): Problem =>
  new Problem(
    'retryable',
    'sweep-busy',
    `too many concurrent writes to sweep ${sweepPath(key)}; send the request again`,
    { retryAfter: 1 },
  )
