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
import { BLOCK, blockOf, firstOf, PACK_VERSION } from '@chimney/core/sweep/pack'
import type { Store } from '../../store/store.ts'
import type { SweepRecord } from '../../store/sweeps.ts'
import type { TrialRecord } from '../../store/trials.ts'
import type { AmendedBlocks } from '../results/amended-blocks.ts'

export interface TrialCache {
  /** A hash of all that the meaning of a pack depends on. */
  readonly form: string
  readonly compact: Compact
  readonly config: SweepRecord['config']
  /** By number. */
  readonly ended: Map<number, EndedTrial>
  readonly open: Map<number, Params>
  /** Numbers of crashed trials: a late result may still replace the crash. */
  readonly crashed: Set<number>
  /** Blocks that are known to be stored as packs. */
  readonly packed: Set<number>
  /** Every number below has ended, or is before `from`. */
  low: number
  /** The first trial that the search learns from; see {@link moveWindow}. */
  from: number
  /** The best trial of the sweep, if it is before `from`. */
  best?: EndedTrial
  /** Amendments by block of trials that the cache has seen. */
  readonly amended: Map<number, number>
}

/** Trials of all sweeps together; about 1 KB each. */
const MAX_CACHED = 50_000
/** A search learns from about so many trials: the latest ones, and the best one. */
export const MAX_LEARNED = 50_000

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
  for (const { ended } of all.values()) total += ended.size
  for (const [other, { ended }] of all) {
    if (total <= MAX_CACHED || other === path) break
    all.delete(other)
    total -= ended.size
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
  ended: new Map(),
  open: new Map(),
  crashed: new Set(),
  packed: new Set(),
  low: 1,
  from: 1,
  amended: new Map(),
})

/** Forgets blocks in which trials were amended since they were cached. */
export function forgetAmended(cache: TrialCache, blocks: AmendedBlocks, taken: number): void {
  for (let block = blockOf(cache.from); firstOf(block) <= taken; block++) {
    const first = firstOf(block)
    const amendments = blocks(first)
    if (amendments === (cache.amended.get(block) ?? 0)) continue
    cache.amended.set(block, amendments)
    cache.packed.delete(block)
    for (let number = first; number < first + BLOCK; number++) {
      cache.ended.delete(number)
      cache.open.delete(number)
      cache.crashed.delete(number)
    }
    cache.low = Math.max(cache.from, Math.min(cache.low, first))
  }
  delete cache.best
}

/** The form of the pack of a block: a pack from before an amendment has another one. */
export function packForm({ form, amended }: TrialCache, block: number): string {
  const amendments = amended.get(block) ?? 0
  return amendments === 0 ? form : `${form}.${amendments}`
}

/**
 * Forgets all but the latest trials, so that a sweep with a million of them fits into a function. In a finite space none are
 * forgotten: no point is suggested twice. Where the window begins follows from `taken` alone.
 */
export function moveWindow(cache: TrialCache, space: Space, taken: number, most = MAX_LEARNED): void {
  if (Number.isFinite(space.size)) return
  const from = firstOf(blockOf(Math.max(1, taken - most + 1)))
  for (let number = cache.from; number < from; number++) {
    cache.ended.delete(number)
    cache.open.delete(number)
    cache.crashed.delete(number)
  }
  cache.from = Math.max(cache.from, from)
  cache.low = Math.max(cache.low, from)
  while (cache.ended.has(cache.low)) cache.low++
}

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
  if (number < cache.from) return
  const cached = cache.ended.get(number)
  if (cached !== undefined && cached.fate !== 'crashed') return
  cache.ended.set(number, trial)
  cache.open.delete(number)
  if (trial.fate === 'crashed') cache.crashed.add(number)
  else cache.crashed.delete(number)
  while (cache.ended.has(cache.low)) cache.low++
}

/** Caches a trial as a pack would return it, so that a search does not depend on where the trial was read from. */
export function cacheTrial(cache: TrialCache, trial: TrialRecord): void {
  const { number } = trial.key
  const ended = endedOf(cache, trial)
  if (ended) cacheEnded(cache, ended)
  else if (!cache.ended.has(number) && number >= cache.from) cache.open.set(number, trial.params)
}

/** Undefined for an open trial. */
export function endedOf(
  { config, compact }: Pick<TrialCache, 'config' | 'compact'>,
  { key, ...trial }: TrialRecord,
): EndedTrial | undefined {
  const ended = endedTrialOf({ ...trial, number: key.number, losses: lossesOf(config, trial.values) })
  const bytes = ended && compact.encode(ended.params)
  return bytes ? { ...ended, params: compact.decode(bytes) } : ended
}
