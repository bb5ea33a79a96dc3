import { type SweepKey, sweepPath } from '@chimney/core/schema/names'
import type { EnqueuedTrial } from '@chimney/core/sweep/plan'
import type { Deps } from '../../deps.ts'
import type { Store } from '../../store/store.ts'
import type { SweepRecord } from '../../store/sweeps.ts'
import type { TrialRecord } from '../../store/trials.ts'
import { enqueuedTrial } from '../trials/enqueued-trial.ts'
import { readNumbers } from '../trials/read-numbers.ts'

type ByNumber = Map<number, EnqueuedTrial>

/** By store, so that tests with a store each do not share a cache. A function has one store. */
const caches = new WeakMap<Store, Map<string, ByNumber>>()
const MAX_CACHED = 50

/**
 * The enqueued trials of these numbers (ascending). A trial that is not stored yet is waited for, see {@link enqueuedTrial}. They do
 * not change once they are stored, so a warm function reads each of them once.
 */
export async function readEnqueued(
  deps: Pick<Deps, 'store' | 'clock'>,
  { key, createdAt }: Pick<SweepRecord, 'key' | 'createdAt'>,
  numbers: readonly number[],
): Promise<readonly EnqueuedTrial[]> {
  if (numbers.length === 0) return []
  const cached = cacheOf(deps.store, key, createdAt)
  const missing = numbers.filter((number) => !cached.has(number))
  for (const trial of await readNumbers(deps, key, missing)) cached.set(trial.key.number, enqueuedOf(trial))
  return Promise.all(
    numbers.map(async (number) => cached.get(number) ?? enqueuedOf(await enqueuedTrial(deps, key, number))),
  )
}

const enqueuedOf = ({ key, params, repeats }: TrialRecord): EnqueuedTrial => ({
  number: key.number,
  params,
  ...(repeats && { repeats }),
})

/** The creation time separates a sweep from a later one with the same id. */
function cacheOf(store: Store, key: SweepKey, createdAt: number): ByNumber {
  const all = caches.get(store) ?? new Map<string, ByNumber>()
  caches.set(store, all)
  const id = `${sweepPath(key)} ${createdAt}`
  const cached = all.get(id) ?? new Map<number, EnqueuedTrial>()
  all.delete(id)
  all.set(id, cached)
  if (all.size > MAX_CACHED) all.delete(all.keys().next().value!)
  return cached
}
