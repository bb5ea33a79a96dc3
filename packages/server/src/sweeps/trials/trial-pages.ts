import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import { Float, type Json, parseJson, stringifyJson } from '@chimney/core/schema/json'
import { isEnd } from '@chimney/core/sweep/lifecycle'
import type { Deps } from '../../deps.ts'
import type { SweepHead, SweepRecord } from '../../store/sweeps.ts'
import type { TrialRecord } from '../../store/trials.ts'

/** Trials of a block: 1 … 500, 501 … 1,000, and so on. */
export const TRIAL_BLOCK = 500
/** Changes with the form of what is kept: another form is read from the table again. */
const FORM = 1
/** After so long no late result of a crashed trial is expected any more. */
const LATE_MS = 7 * 24 * 3_600_000

type Kept = Omit<TrialRecord, 'key'> & { readonly number: number }
interface Known {
  readonly record: SweepRecord
  readonly head: SweepHead
}

const part = encodeURIComponent

/** Where the blocks of a sweep lie. The time of its making tells it from a later one that got the same id. */
export const blocksPrefix = ({ key, createdAt }: Pick<SweepRecord, 'key' | 'createdAt'>): string =>
  `trials/${part(key.entity)}/${part(key.project)}/${key.sweep}-${createdAt}/`

/**
 * As `store.listTrials`, for readers of whole sweeps: whole blocks of trials that have ended come from files, which cost no read
 * units. Who reads a block first keeps it, and `reconcile` does. A copy, never the truth: without the file the table is read.
 */
export async function readTrialBlocks(
  deps: Pick<Deps, 'store' | 'files' | 'clock'>,
  sweep: Known,
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<readonly TrialRecord[]> {
  const blocks: number[] = []
  let from = Math.floor(after / TRIAL_BLOCK)
  for (; (from + 1) * TRIAL_BLOCK <= sweep.head.settled && from * TRIAL_BLOCK - after < limit; from++)
    blocks.push(from)
  const read = await Promise.all(blocks.map((block) => readBlock(deps, sweep.record, block)))
  const trials = read.flatMap((block) => block.trials).filter(({ key }) => key.number > after)
  if (trials.length >= limit) return trials.slice(0, limit)
  const rest = await deps.store.listTrials(sweep.record.key, {
    after: Math.max(after, from * TRIAL_BLOCK),
    limit: limit - trials.length,
  })
  return [...trials, ...rest]
}

/** A block by its number from 0. `final`: it has trials, and nothing about them will change. */
export async function readBlock(
  deps: Pick<Deps, 'store' | 'files' | 'clock'>,
  record: SweepRecord,
  block: number,
): Promise<{ readonly trials: readonly TrialRecord[]; readonly final: boolean }> {
  const name = `${blocksPrefix(record)}${FORM}-${block}.json.gz`
  const { key } = record
  const kept = await deps.files.get(name)
  if (kept) {
    const rows = parseJson((await promisify(gunzip)(kept)).toString()) as unknown as readonly Kept[]
    const trials = rows.map(({ number, ...rest }) => ({ ...plainNumbers(rest), key: { ...key, number } }))
    return { trials, final: true }
  }
  const first = block * TRIAL_BLOCK
  const trials = await deps.store.listTrials(key, {
    after: first,
    upTo: first + TRIAL_BLOCK,
    limit: TRIAL_BLOCK,
  })
  const now = deps.clock.now()
  const isFinal = ({ state, updatedAt }: TrialRecord) =>
    isEnd(state) && (state !== 'crashed' || now - updatedAt > LATE_MS)
  const final = trials.length > 0 && trials.every(isFinal)
  if (final) {
    const rows = trials.map(({ key: { number }, ...rest }) => ({ number, ...rest }))
    const bytes = await promisify(gzip)(stringifyJson(rows as unknown as Json))
    // Whoever asked gets an answer also where nothing can be kept.
    await deps.files.put(name, new Uint8Array(bytes), 'application/gzip').catch(() => undefined)
  }
  return { trials, final }
}

/**
 * Keeps the blocks that were completed while all trials up to `settled` came to their end, so that the first one who looks finds
 * them. Nothing depends on it, so it fails in silence.
 */
export async function keepTrialBlocks(
  deps: Pick<Deps, 'store' | 'files' | 'clock'>,
  { record, head }: Known,
  settled: number,
): Promise<void> {
  for (let block = Math.floor(head.settled / TRIAL_BLOCK); (block + 1) * TRIAL_BLOCK <= settled; block++)
    await readBlock(deps, record, block).catch(() => undefined)
}

/**
 * An infinity is read as what a training program would have meant by it; in a record it is a number. Parameters are a program's.
 * Changes what it is given: making ten thousand records anew would take longer than reading them.
 */
function plainNumbers(record: Omit<TrialRecord, 'key'>): Omit<TrialRecord, 'key'> {
  const fields = record as unknown as Record<string, unknown>
  const plain = (value: unknown) => (value instanceof Float ? value.value : value)
  for (const name in fields) {
    const value = fields[name]
    if (value instanceof Float) fields[name] = value.value
    else if (Array.isArray(value)) fields[name] = value.map(plain)
  }
  return record
}

/** For a sweep that is deleted. */
export async function dropTrialBlocks(
  deps: Pick<Deps, 'files'>,
  record: Pick<SweepRecord, 'key' | 'createdAt'>,
): Promise<void> {
  for (const { key } of await deps.files.list(blocksPrefix(record))) await deps.files.delete(key)
}
