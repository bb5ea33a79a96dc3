/** Ended trials in compact form, a block of them in one item: a cold start reads packs instead of every trial. */
import type { SweepKey } from '@chimney/core/schema/names'
import type { EndedTrial } from '@chimney/core/sweep/ended-trial'
import { BLOCK, blockOf, decodePack, encodePack, firstOf } from '@chimney/core/sweep/pack'
import type { Deps } from '../../deps.ts'
import { inParallel } from '../../in-parallel.ts'
import type { PackRecord } from '../../store/search.ts'
import { cacheEnded, packForm, type TrialCache } from './trial-cache.ts'

/** Reads the packs from the first block on of which no trial is cached. */
export async function readPacks(
  deps: Pick<Deps, 'store'>,
  key: SweepKey,
  cache: TrialCache,
  taken: number,
): Promise<void> {
  const block = firstMissingBlock(cache, taken)
  if (block === undefined) return
  for (const pack of await deps.store.listPacks(key, block)) unpack(cache, pack)
}

/** Writes packs for blocks whose trials have all ended. Two requests that do so at once write the same bytes. */
export async function writePacks(
  deps: Pick<Deps, 'store'>,
  key: SweepKey,
  cache: TrialCache,
  taken: number,
): Promise<void> {
  const complete = completeBlocks(cache, taken)
  if (complete.length === 0) return
  // Another function may have written some of them.
  for (const { block, form } of await deps.store.listPacks(key, complete[0]!))
    if (form === packForm(cache, block)) cache.packed.add(block)
  await inParallel(
    complete.filter((block) => !cache.packed.has(block)),
    async (block) => {
      const trials = trialsOf(cache, block)
      if (trials === undefined) return
      await deps.store.putPack(key, {
        block,
        form: packForm(cache, block),
        bytes: encodePack(trials, cache.compact),
      })
      cache.packed.add(block)
    },
  )
}

function firstMissingBlock({ ended, open, low }: TrialCache, taken: number): number | undefined {
  const isCached = (number: number) => ended.has(number) || open.has(number)
  for (let block = blockOf(low); firstOf(block + 1) - 1 <= taken; block++) {
    const first = firstOf(block)
    let cached = false
    for (let number = first; number < first + BLOCK && !cached; number++) cached = isCached(number)
    if (!cached) return block
  }
  return undefined
}

function unpack(cache: TrialCache, { block, form, bytes }: PackRecord): void {
  if (form !== packForm(cache, block)) return
  const trials = decodePack(bytes, firstOf(block), cache.compact)
  if (trials === undefined) return
  for (const trial of trials) cacheEnded(cache, trial)
  cache.packed.add(block)
}

function completeBlocks(cache: TrialCache, taken: number): readonly number[] {
  const complete: number[] = []
  for (let block = blockOf(cache.from); firstOf(block) <= taken; block++)
    if (!cache.packed.has(block) && trialsOf(cache, block)) complete.push(block)
  return complete
}

/** The trials of a block, or undefined when some have not ended. */
function trialsOf({ ended }: TrialCache, block: number): readonly EndedTrial[] | undefined {
  const first = firstOf(block)
  const trials: EndedTrial[] = []
  for (let number = first; number < first + BLOCK; number++) {
    const trial = ended.get(number)
    if (trial === undefined) return undefined
    trials.push(trial)
  }
  return trials
}
