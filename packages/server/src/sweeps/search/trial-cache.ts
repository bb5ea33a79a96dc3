/**
 * Trials of recent sweeps, kept in the memory of a warm function. It keeps only what cannot change: the parameters of a trial,
 * and how it ended. A search with an empty cache reads the same from the store.
 */
import { createHash } from 'node:crypto'
import { type Json, stringifyJson } from '@chimney/core/schema/json'
import { type SweepKey, sweepPath } from '@chimney/core/schema/names'
import type { Params } from '@chimney/core/schema/params'
import { type Compact, compactOf } from '@chimney/core/space/compact'
import type { Space } from '@chimney/core/space/space'
import { type EndedTrial, endedTrialOf } from '@chimney/core/sweep/ended-trial'
import { lossesOf } from '@chimney/core/sweep/outcome'
import { PACK_VERSION } from '@chimney/core/sweep/pack'
import type { Store } from '../../store/store.ts'
import type { SweepRecord } from '../../store/sweeps.ts'
import type { TrialRecord } from '../../store/trials.ts'

export interface TrialCache {
  /** A hash of all that the meaning of a pack depends on. */
  readonly form: string
  readonly compact: Compact
  readonly config: SweepRecord['config']
  /** By number; undefined for trials that are open or not cached. */
  readonly ended: (EndedTrial | undefined)[]
  readonly open: Map<number, Params>
  /** Numbers of crashed trials: a late result may still replace the crash. */
  readonly crashed: Set<number>
  /** Blocks that are known to be stored as packs. */
  readonly packed: Set<number>
  /** Every number below has ended. */
  low: number
}

/** Trials of all sweeps together; about 1 KB each. */
const MAX_CACHED = 50_000

/** By store, so that tests with a store each do not share a cache. A function has one store. */
const caches = new WeakMap<Store, Map<string, TrialCache>>()

/** The cache of a sweep, empty at first. Evicts the least recently used sweeps above {@link MAX_CACHED} trials. */
export function trialCacheOf(store: Store, record: SweepRecord, space: Space): TrialCache {
  const all = caches.get(store) ?? new Map<string, TrialCache>()
  caches.set(store, all)
  const path = sweepPath(record.key)
  const form = formOf(record)
  const cached = all.get(path)
  const cache = cached?.form === form ? cached : emptyCache(form, record.config, space)
  all.delete(path)
  all.set(path, cache)
  let total = 0
  for (const { ended } of all.values()) total += ended.length
  for (const [other, { ended }] of all) {
    if (total <= MAX_CACHED || other === path) break
    all.delete(other)
    total -= ended.length
  }
  return cache
}

/** For a deleted sweep, and for tests of a cold start. */
export const evictTrials = (store: Store, key: SweepKey): void => {
  caches.get(store)?.delete(sweepPath(key))
}

const emptyCache = (form: string, config: SweepRecord['config'], space: Space): TrialCache => ({
  form,
  config,
  compact: compactOf(space),
  ended: [],
  open: new Map(),
  crashed: new Set(),
  packed: new Set(),
  low: 1,
})

/** Differs for a sweep that was deleted and created again under the same id, and after a change of the space. */
function formOf({ createdAt, seed, config }: SweepRecord): string {
  const { parameters, metric, metrics, constraints } = config
  const content = [PACK_VERSION, createdAt, seed, parameters, metric, metrics, constraints]
  const text = stringifyJson(content as unknown as Json)
  return createHash('sha256').update(text).digest('base64url').slice(0, 16)
}

/** Caches an ended trial. Of two concurrent reads the newer one wins: an end other than a crash is final. */
export function cacheEnded(cache: TrialCache, trial: EndedTrial): void {
  const { number } = trial
  const cached = cache.ended[number]
  if (cached !== undefined && cached.fate !== 'crashed') return
  cache.ended[number] = trial
  cache.open.delete(number)
  if (trial.fate === 'crashed') cache.crashed.add(number)
  else cache.crashed.delete(number)
  while (cache.ended[cache.low] !== undefined) cache.low++
}

/** Caches a trial as a pack would return it, so that a search does not depend on where the trial was read from. */
export function cacheTrial(cache: TrialCache, { key, ...trial }: TrialRecord): void {
  const { number } = key
  const ended = endedTrialOf({ ...trial, number, losses: lossesOf(cache.config, trial.values) })
  if (ended === undefined) {
    if (cache.ended[number] === undefined) cache.open.set(number, trial.params)
    return
  }
  const bytes = cache.compact.encode(ended.params)
  cacheEnded(cache, bytes ? { ...ended, params: cache.compact.decode(bytes) } : ended)
}
