import { EMPTY_HISTORY, type History, type Pending } from '@chimney/core/samplers/sampler'
import type { SweepKey } from '@chimney/core/schema/names'
import { BLOCK, blockOf, decodePack, encodePack, firstOf } from '@chimney/core/sweep/pack'
import type { Search } from '@chimney/core/sweep/plan'
import { historyOf, type Told } from '@chimney/core/sweep/told'
import type { Deps } from '../../deps.ts'
import { inParallel } from '../../store/dynamo/batches.ts'
import type { PackRecord } from '../../store/search.ts'
import type { SweepHead, SweepRecord } from '../../store/sweeps.ts'
import { readPriors } from './prior-trials.ts'
import { memoryOf, rememberEnded, rememberTrial, type TrialMemory } from './trial-memory.ts'

type HistoryDeps = Pick<Deps, 'store'>

/**
 * What the sampler asks for, and no more: the trials up to the head's last number, without `numbers`, the ones that are being
 * filled. Reads packs for what is not remembered by the block, and of the trials only those that may have changed. The answer does not
 * depend on what is remembered.
 */
export async function readHistory(
  deps: HistoryDeps,
  record: SweepRecord,
  head: SweepHead,
  search: Search,
  numbers: readonly number[],
): Promise<History> {
  if (!search.sampler.needsHistory) return EMPTY_HISTORY
  const memory = memoryOf(deps.store, record, search.space)
  const filling = new Set(numbers)
  await readUnknown(deps, record.key, memory, head, filling)
  if (numbers.some((number) => number % PACK_EVERY === 1)) await packBlocks(deps, record.key, memory)
  const history = historyFrom(memory, head.taken, filling)
  const { priors } = await readPriors(deps, record)
  return priors.length === 0 ? history : { ...history, prior: priors }
}

/** Packs are looked after at every so many numbers, by whoever fills one; that it dies before does no harm. */
const PACK_EVERY = 25
/** A gap of so many known trials between unknown ones is read with them: another request would cost about as much. */
const GAP = 10
/** Trials of a page of the store. */
const PAGE = 1_000

async function readUnknown(
  deps: HistoryDeps,
  key: SweepKey,
  memory: TrialMemory,
  head: SweepHead,
  filling: ReadonlySet<number>,
): Promise<void> {
  const block = firstUnknownBlock(memory, head.taken)
  if (block !== undefined) for (const pack of await deps.store.listPacks(key, block)) unpack(memory, pack)
  const unknown: number[] = []
  for (let number = memory.low; number <= head.taken; number++)
    if (memory.ended[number] === undefined && !filling.has(number)) unknown.push(number)
  await readNumbers(deps, key, memory, unknown)
  // A late result has replaced a crash, or a crash has not been counted yet: then the trials themselves tell.
  if (memory.crashed.size !== head.ended.crashed)
    await readNumbers(
      deps,
      key,
      memory,
      [...memory.crashed].sort((a, b) => a - b),
    )
}

/** The first block of which nothing is known. */
function firstUnknownBlock({ ended, open, low }: TrialMemory, taken: number): number | undefined {
  for (let block = blockOf(low); firstOf(block + 1) - 1 <= taken; block++) {
    const first = firstOf(block)
    let known = false
    for (let number = first; number < first + BLOCK && !known; number++)
      known = ended[number] !== undefined || open.has(number)
    if (!known) return block
  }
  return undefined
}

function unpack(memory: TrialMemory, { block, form, bytes }: PackRecord): void {
  if (form !== memory.form) return
  const trials = decodePack(bytes, firstOf(block), memory.compact)
  if (trials === undefined) return
  for (const trial of trials) rememberEnded(memory, trial)
  memory.packed.add(block)
}

/** `numbers` ascending. */
async function readNumbers(
  deps: HistoryDeps,
  key: SweepKey,
  memory: TrialMemory,
  numbers: readonly number[],
): Promise<void> {
  const stretches: { from: number; to: number }[] = []
  for (const number of numbers) {
    const last = stretches.at(-1)
    if (last && number - last.to <= GAP && number - last.from < PAGE) last.to = number
    else stretches.push({ from: number, to: number })
  }
  await inParallel(stretches, async ({ from, to }) => {
    for (let after = from - 1; after < to; ) {
      const trials = await deps.store.listTrials(key, { after, upTo: to, limit: PAGE })
      for (const trial of trials) rememberTrial(memory, trial)
      after = trials.length < PAGE ? to : trials.at(-1)!.key.number
    }
  })
}

function historyFrom(memory: TrialMemory, taken: number, filling: ReadonlySet<number>): History {
  const ended: Told[] = []
  for (let number = 1; number <= taken; number++) {
    const trial = memory.ended[number]
    if (trial !== undefined && !filling.has(number)) ended.push(trial)
  }
  const pending: Pending[] = []
  for (const [number, params] of memory.open)
    if (number <= taken && !filling.has(number)) pending.push({ number, params })
  return historyOf(
    ended,
    pending.sort((a, b) => a.number - b.number),
  )
}

/** Stores the blocks that have ended. Two that do it at once store the same. */
async function packBlocks(deps: HistoryDeps, key: SweepKey, memory: TrialMemory): Promise<void> {
  const whole = wholeBlocks(memory)
  if (whole.length === 0) return
  // Another function may have been first.
  for (const { block, form } of await deps.store.listPacks(key, whole[0]!))
    if (form === memory.form) memory.packed.add(block)
  await inParallel(
    whole.filter((block) => !memory.packed.has(block)),
    async (block) => {
      const trials = trialsOf(memory, block)
      if (trials === undefined) return
      await deps.store.putPack(key, { block, form: memory.form, bytes: encodePack(trials, memory.compact) })
      memory.packed.add(block)
    },
  )
}

function wholeBlocks(memory: TrialMemory): readonly number[] {
  const whole: number[] = []
  for (let block = 0; firstOf(block + 1) - 1 < memory.ended.length; block++)
    if (!memory.packed.has(block) && trialsOf(memory, block)) whole.push(block)
  return whole
}

function trialsOf({ ended }: TrialMemory, block: number): readonly Told[] | undefined {
  const first = firstOf(block)
  const trials: Told[] = []
  for (let number = first; number < first + BLOCK; number++) {
    const trial = ended[number]
    if (trial === undefined) return undefined
    trials.push(trial)
  }
  return trials
}
