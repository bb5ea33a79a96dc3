import type { SweepKey } from '@chimney/core/schema/names'
import type { Params } from '@chimney/core/schema/params'
import { cellsOf } from '@chimney/core/space/cells'
import { pointOf } from '@chimney/core/space/point'
import type { Search } from '@chimney/core/sweep/plan'
import type { Deps } from '../../deps.ts'

/**
 * Claims the point of these parameters for a trial, and returns the number that holds it. Only a model-based search over a finite
 * space needs claims; otherwise the trial always holds its point. A claim is void, and is taken over, when its trial runs another
 * point: then the request that claimed it died and reconcile planned the trial again.
 */
export async function claimPoint(
  deps: Pick<Deps, 'store'>,
  key: SweepKey,
  { sampler, space }: Pick<Search, 'sampler' | 'space'>,
  number: number,
  params: Params,
): Promise<number> {
  if (!sampler.needsHistory || !Number.isFinite(space.size)) return number
  const { cellOf } = cellsOf(space.dimensions)
  const cell = cellOf(pointOf(space, params))
  if (cell === undefined) return number
  const holder = await deps.store.claimPoint(key, cell, number)
  if (holder === number) return number
  const trial = await deps.store.getTrial({ ...key, number: holder })
  if (!trial || cellOf(pointOf(space, trial.params)) === cell) return holder
  return deps.store.claimPoint(key, cell, number, holder)
}
