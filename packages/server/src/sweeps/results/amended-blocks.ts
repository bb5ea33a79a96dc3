import { type SweepKey, sweepPath } from '@chimney/core/schema/names'
import type { Deps } from '../../deps.ts'
import type { Store } from '../../store/store.ts'
import { AMENDED_BLOCK, type SweepHead } from '../../store/sweeps.ts'

/**
 * How often trials of a block were amended, by a number in the block. Copies of trials are kept under this count: a copy that was made
 * before an amendment is not found any more.
 */
export type AmendedBlocks = (number: number) => number

const NONE: AmendedBlocks = () => 0

interface Cached {
  readonly amended: number
  readonly blocks: AmendedBlocks
}

/** By store, so that tests with a store each do not share a cache. A function has one store. */
const caches = new WeakMap<Store, Map<string, Cached>>()
const MAX_CACHED = 100

/** Reads the counts once for each amendment that the head shows; nothing for a sweep without amendments. */
export async function amendedBlocks(
  deps: Pick<Deps, 'store'>,
  key: SweepKey,
  { amended }: Pick<SweepHead, 'amended'>,
): Promise<AmendedBlocks> {
  if (amended === undefined) return NONE
  const all = caches.get(deps.store) ?? new Map<string, Cached>()
  caches.set(deps.store, all)
  const path = sweepPath(key)
  const cached = all.get(path)
  if (cached?.amended === amended) return cached.blocks
  const counts = await deps.store.listAmended(key)
  const blocks: AmendedBlocks = (number) => counts.get(Math.floor((number - 1) / AMENDED_BLOCK)) ?? 0
  all.delete(path)
  all.set(path, { amended, blocks })
  if (all.size > MAX_CACHED) all.delete(all.keys().next().value!)
  return blocks
}
