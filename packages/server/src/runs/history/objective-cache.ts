import { type SweepKey, sweepPath } from '@chimney/core/schema/names'
import type { UnixMs } from '../../clock.ts'
import type { Deps } from '../../deps.ts'
import type { Store } from '../../store/store.ts'
import { objectiveOf } from './objective.ts'

type Known = ReturnType<typeof objectiveOf>

/** What a person changes in a sweep may take so long to reach its runs' metrics; as long as a revoked key may work. */
const KNOWN_MS = 30_000
const MAX_REMEMBERED = 1_000

/** A function that stays warm works on one store for all its life, a test on one for each case. */
const memories = new WeakMap<Store, Map<string, { readonly known: Known; readonly until: UnixMs }>>()

/**
 * What a sweep wants to know of its runs' metrics, from memory if it was read a short while ago: agents report every few
 * seconds, and the config that it follows from hardly ever changes. A sweep that is not there is looked for every time.
 */
export async function cachedObjective(deps: Pick<Deps, 'store' | 'clock'>, key: SweepKey): Promise<Known> {
  const now = deps.clock.now()
  const memory = memoryOf(deps.store)
  const path = sweepPath(key)
  const remembered = memory.get(path)
  if (remembered && remembered.until > now) return remembered.known
  memory.delete(path)
  const sweep = await deps.store.getSweep(key)
  if (!sweep) return undefined
  const known = objectiveOf(sweep.record.config)
  memory.set(path, { known, until: now + KNOWN_MS })
  if (memory.size > MAX_REMEMBERED) memory.delete(memory.keys().next().value!)
  return known
}

/** For whoever changes or deletes a sweep: then this function at least knows at once. */
export function evictObjective(deps: Pick<Deps, 'store'>, key: SweepKey): void {
  memoryOf(deps.store).delete(sweepPath(key))
}

function memoryOf(store: Store) {
  const memory = memories.get(store) ?? new Map()
  memories.set(store, memory)
  return memory
}
