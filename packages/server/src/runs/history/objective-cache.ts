import { type SweepKey, sweepPath } from '@chimney/core/schema/names'
import type { MaxSecondsConfig } from '@chimney/core/schema/sweep-limits'
import type { UnixMs } from '../../clock.ts'
import type { Deps } from '../../deps.ts'
import type { Store } from '../../store/store.ts'
import { type ObjectiveAndStopper, objectiveOf } from './objective.ts'

/** How long a changed config may take to reach running trials; as long as a revoked key may work. */
const TTL_MS = 30_000
const MAX_CACHED = 1_000

/** What the reports of a sweep's runs are judged by. */
export interface Judge {
  readonly objective: ObjectiveAndStopper | undefined
  readonly maxSeconds?: MaxSecondsConfig
  /** Of the sweep. */
  readonly createdAt: UnixMs
}

interface Cached extends Judge {
  readonly until: UnixMs
}

/** By store, so that tests with a store each do not share a cache. A function has one store. */
const caches = new WeakMap<Store, Map<string, Cached>>()

/** The judge of a sweep, cached: agents report every few seconds and the config rarely changes. A missing sweep is not cached. */
export async function cachedJudge(
  deps: Pick<Deps, 'store' | 'clock'>,
  key: SweepKey,
): Promise<Judge | undefined> {
  const now = deps.clock.now()
  const cache = cacheOf(deps.store)
  const path = sweepPath(key)
  const cached = cache.get(path)
  if (cached && cached.until > now) return cached
  cache.delete(path)
  const sweep = await deps.store.getSweep(key)
  if (!sweep) return undefined
  const { config, createdAt } = sweep.record
  const judge: Cached = {
    objective: objectiveOf(config),
    createdAt,
    ...(config.max_seconds && { maxSeconds: config.max_seconds }),
    until: now + TTL_MS,
  }
  cache.set(path, judge)
  if (cache.size > MAX_CACHED) cache.delete(cache.keys().next().value!)
  return judge
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
