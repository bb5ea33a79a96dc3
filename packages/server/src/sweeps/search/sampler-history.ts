import { EMPTY_HISTORY, type History, type Pending } from '@chimney/core/samplers/sampler'
import type { SweepKey } from '@chimney/core/schema/names'
import { type EndedTrial, historyOf } from '@chimney/core/sweep/ended-trial'
import type { Search } from '@chimney/core/sweep/plan'
import type { Deps } from '../../deps.ts'
import type { SweepHead, SweepRecord } from '../../store/sweeps.ts'
import { amendedBlocks } from '../results/amended-blocks.ts'
import { readNumbers } from '../trials/read-numbers.ts'
import { readPacks, writePacks } from './packs.ts'
import { readPriors } from './priors.ts'
import {
  cacheTrial,
  endedOf,
  forgetAmended,
  MAX_LEARNED,
  moveWindow,
  type TrialCache,
  trialCacheOf,
} from './trial-cache.ts'

type HistoryDeps = Pick<Deps, 'store'>

/** Packs are written at every 25th number. No harm if the request dies before: the next one at such a number writes them. */
const PACK_EVERY = 25

/**
 * The history that a sampler gets: trials up to the head's last number without `numbers`, which are being planned. Reads packs
 * for whole blocks that are not cached, and otherwise only trials that may have changed. The result does not depend on the cache, but for late results of
 * crashed trials once there are more than {@link MAX_LEARNED}.
 */
export async function readSamplerHistory(
  deps: HistoryDeps,
  record: SweepRecord,
  head: SweepHead,
  search: Search,
  numbers: readonly number[],
): Promise<History> {
  if (!search.sampler.needsHistory) return EMPTY_HISTORY
  const cache = trialCacheOf(deps.store, record, search.space)
  moveWindow(cache, search.space, head.taken)
  if (head.amended !== undefined) {
    const blocks = await amendedBlocks(deps, record.key, head)
    forgetAmended(cache, blocks, head.taken)
  }
  const planned = new Set(numbers)
  await fillCache(deps, record.key, cache, head, planned)
  if (numbers.some((number) => number % PACK_EVERY === 1))
    await writePacks(deps, record.key, cache, head.taken)
  const best = await readBest(deps, record.key, cache, head)
  const history = historyFrom(cache, best, head.taken, planned)
  const { priors } = await readPriors(deps, record)
  return priors.length === 0 ? history : { ...history, prior: priors }
}

async function fillCache(
  deps: HistoryDeps,
  key: SweepKey,
  cache: TrialCache,
  head: SweepHead,
  planned: ReadonlySet<number>,
): Promise<void> {
  await readPacks(deps, key, cache, head.taken)
  const missing: number[] = []
  for (let number = cache.low; number <= head.taken; number++)
    if (!cache.ended.has(number) && !planned.has(number)) missing.push(number)
  for (const trial of await readNumbers(deps, key, missing)) cacheTrial(cache, trial)
  // The head counts the crashed trials of the whole sweep, not those of the window.
  if (cache.from > 1) return
  // A late result has replaced a crash, or a crash is not counted yet: read the crashed trials again.
  if (cache.crashed.size === head.ended.crashed) return
  const crashed = [...cache.crashed].sort((a, b) => a - b)
  for (const trial of await readNumbers(deps, key, crashed)) cacheTrial(cache, trial)
}

/** The best trial, if it is older than those that are cached. */
async function readBest(
  deps: HistoryDeps,
  key: SweepKey,
  cache: TrialCache,
  { best }: SweepHead,
): Promise<EndedTrial | undefined> {
  if (!best || best.number >= cache.from) return undefined
  if (cache.best?.number !== best.number) {
    const trial = await deps.store.getTrial({ ...key, number: best.number })
    const ended = trial && endedOf(cache, trial)
    if (ended) cache.best = ended
    return ended
  }
  return cache.best
}

function historyFrom(
  cache: TrialCache,
  best: EndedTrial | undefined,
  taken: number,
  planned: ReadonlySet<number>,
): History {
  const ended: EndedTrial[] = best ? [best] : []
  for (let number = cache.from; number <= taken; number++) {
    const trial = cache.ended.get(number)
    if (trial !== undefined && !planned.has(number)) ended.push(trial)
  }
  const pending: Pending[] = []
  for (const [number, params] of cache.open)
    if (number <= taken && !planned.has(number)) pending.push({ number, params })
  return historyOf(
    ended,
    pending.sort((a, b) => a.number - b.number),
  )
}
