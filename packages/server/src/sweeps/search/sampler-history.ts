import { EMPTY_HISTORY, type History, type Pending } from '@chimney/core/samplers/sampler'
import type { SweepKey } from '@chimney/core/schema/names'
import { type EndedTrial, historyOf } from '@chimney/core/sweep/ended-trial'
import type { Search } from '@chimney/core/sweep/plan'
import type { Deps } from '../../deps.ts'
import { inParallel } from '../../in-parallel.ts'
import type { SweepHead, SweepRecord } from '../../store/sweeps.ts'
import { rangesOf } from '../trials/number-ranges.ts'
import { readPacks, writePacks } from './packs.ts'
import { readPriors } from './priors.ts'
import { cacheTrial, type TrialCache, trialCacheOf } from './trial-cache.ts'

type HistoryDeps = Pick<Deps, 'store'>

/** Packs are written at every 25th number. No harm if the request dies before: the next one at such a number writes them. */
const PACK_EVERY = 25
const PAGE = 1_000

/**
 * The history that a sampler gets: trials up to the head's last number without `numbers`, which are being planned. Reads packs
 * for whole blocks that are not cached, and otherwise only trials that may have changed. The result does not depend on the cache.
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
  const planned = new Set(numbers)
  await fillCache(deps, record.key, cache, head, planned)
  if (numbers.some((number) => number % PACK_EVERY === 1)) await writePacks(deps, record.key, cache)
  const history = historyFrom(cache, head.taken, planned)
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
    if (cache.ended[number] === undefined && !planned.has(number)) missing.push(number)
  await readNumbers(deps, key, cache, missing)
  // A late result has replaced a crash, or a crash is not counted yet: read the crashed trials again.
  if (cache.crashed.size !== head.ended.crashed)
    await readNumbers(
      deps,
      key,
      cache,
      [...cache.crashed].sort((a, b) => a - b),
    )
}

/** `numbers` ascending. */
async function readNumbers(
  deps: HistoryDeps,
  key: SweepKey,
  cache: TrialCache,
  numbers: readonly number[],
): Promise<void> {
  await inParallel(rangesOf(numbers, PAGE), async ({ from, to }) => {
    for (let after = from - 1; after < to; ) {
      const trials = await deps.store.listTrials(key, { after, upTo: to, limit: PAGE })
      for (const trial of trials) cacheTrial(cache, trial)
      after = trials.length < PAGE ? to : trials.at(-1)!.key.number
    }
  })
}

function historyFrom(cache: TrialCache, taken: number, planned: ReadonlySet<number>): History {
  const ended: EndedTrial[] = []
  for (let number = 1; number <= taken; number++) {
    const trial = cache.ended[number]
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
