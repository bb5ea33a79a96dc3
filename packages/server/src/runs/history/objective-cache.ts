import { type SweepKey, sweepPath } from '@chimney/core/schema/names'
import type { UnixMs } from '../../clock.ts'
import type { Deps } from '../../deps.ts'
import type { Store } from '../../store/store.ts'
import { type ObjectiveAndStopper, objectiveOf } from './objective.ts'

/** How long a changed config may take to reach running trials; as long as a revoked key may work. */
const TTL_MS = 30_000
const MAX_CACHED = 1_000

interface Cached {
  readonly objective: ObjectiveAndStopper | undefined
  readonly until: UnixMs
}

/** By store, so that tests with a store each do not share a cache. A function has one store. */
const caches = new WeakMap<Store, Map<string, Cached>>()

/** The objective of a sweep, cached: agents report every few seconds and the config rarely changes. A missing sweep is not cached. */
export async function cachedObjective(
  deps: Pick<Deps, 'store' | 'clock'>,
  key: SweepKey,
): Promise<ObjectiveAndStopper | undefined> {
  const now = deps.clock.now()
  const cache = cacheOf(deps.store)
  const path = sweepPath(key)
  const cached = cache.get(path)
  if (cached && cached.until > now) return cached.objective
  cache.delete(path)
  const sweep = await deps.store.getSweep(key)
  if (!sweep) return undefined
  const objective = objectiveOf(sweep.record.config)
  cache.set(path, { objective, until: now + TTL_MS })
  if (cache.size > MAX_CACHED) cache.delete(cache.keys().next().value!)
  return objective
}

/** After a change or deletion of the sweep by this function. */
export function evictObjective(deps: Pick<Deps, 'store'>, key: SweepKey): void {
  cacheOf(deps.store).delete(sweepPath(key))
}

function cacheOf(store: Store): Map<string, Cached> {
  const cache = caches.get(store) ?? new Map<string, Cached>()
  caches.set(store, cache)
  return cache
}
