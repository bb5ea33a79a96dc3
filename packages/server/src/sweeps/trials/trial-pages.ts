import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import { Float, type Json, parseJson, stringifyJson } from '@chimney/core/schema/json'
import type { SweepKey } from '@chimney/core/schema/names'
import { isEnd } from '@chimney/core/sweep/lifecycle'
import type { Deps } from '../../deps.ts'
import { AMENDED_BLOCK, type SweepHead, type SweepRecord } from '../../store/sweeps.ts'
import type { TrialRecord } from '../../store/trials.ts'
import { type AmendedBlocks, amendedBlocks } from '../results/amended-blocks.ts'
import { readNumbers } from './read-numbers.ts'

/** Page 0 has the trials 1 … 500, page 1 the trials 501 … 1,000, and so on. */
export const TRIALS_PER_PAGE = AMENDED_BLOCK
/** Part of the file name. Raise it when the format of a page changes: then pages are written again from the table. */
const FORMAT = 2
/** After so long a late result of a crashed trial is no longer expected. */
const LATE_MS = 7 * 24 * 3_600_000

type Row = Omit<TrialRecord, 'key'> & { readonly number: number }
interface Sweep {
  readonly record: SweepRecord
  readonly head: SweepHead
}
type PageDeps = Pick<Deps, 'store' | 'files' | 'clock' | 'onFailure'>

const part = encodeURIComponent

/** The creation time separates the pages from those of a later sweep with the same id. */
export const trialPagesPrefix = ({ key, createdAt }: Pick<SweepRecord, 'key' | 'createdAt'>): string =>
  `trials/${part(key.entity)}/${part(key.project)}/${key.sweep}-${createdAt}/`

/** Trials of a cached page that may still change; they are read from the table. With more of them the page is not cached. */
export const MAX_UNSETTLED = 25

/**
 * As `store.listTrials`, for readers of whole sweeps: pages of which nearly all trials have ended come from files, which cost no read
 * units. The first reader of a page caches it, and so does reconcile. The table stays the source of truth: a missing file, and a
 * trial that may still change, is read from there.
 */
export async function readTrialPages(
  deps: PageDeps,
  sweep: Sweep,
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<readonly TrialRecord[]> {
  const pages: number[] = []
  let page = Math.floor(after / TRIALS_PER_PAGE)
  for (; (page + 1) * TRIALS_PER_PAGE <= sweep.head.taken && page * TRIALS_PER_PAGE - after < limit; page++)
    pages.push(page)
  const blocks = await amendedBlocks(deps, sweep.record.key, sweep.head)
  const read = await Promise.all(pages.map((page) => readTrialPage(deps, sweep.record, page, blocks)))
  const trials = read.flatMap((page) => page.trials).filter(({ key }) => key.number > after)
  if (trials.length >= limit) return trials.slice(0, limit)
  const rest = await deps.store.listTrials(sweep.record.key, {
    after: Math.max(after, page * TRIALS_PER_PAGE),
    limit: limit - trials.length,
  })
  return [...trials, ...rest]
}

/** A page by its number from 0. `unsettled`: numbers of trials that may still change. */
export async function readTrialPage(
  deps: PageDeps,
  record: SweepRecord,
  page: number,
  blocks: AmendedBlocks,
): Promise<{ readonly trials: readonly TrialRecord[]; readonly unsettled: readonly number[] }> {
  const name = nameOf(record, page, blocks)
  const { trials, unsettled, outdated } = await readPage(deps, record.key, page, name)
  // A cache write that fails must not fail the request.
  if (outdated)
    await writeCached(deps, name, trials).catch((error: unknown) =>
      deps.onFailure?.('the cache of trial pages', error),
    )
  return { trials, unsettled }
}

/** Writes the file of a page unless it is there, or the page is not full of ended trials. */
export async function cacheTrialPage(deps: PageDeps, { record, head }: Sweep, page: number): Promise<void> {
  const name = nameOf(record, page, await amendedBlocks(deps, record.key, head))
  const { trials, outdated } = await readPage(deps, record.key, page, name)
  if (outdated) await writeCached(deps, name, trials)
}

const nameOf = (record: SweepRecord, page: number, blocks: AmendedBlocks): string =>
  `${trialPagesPrefix(record)}${FORMAT}-${page}${pageVersion(page, blocks)}.json.gz`

/** Part of the name of a file made of a page: after an amendment of one of its trials, files have other names. */
export function pageVersion(page: number, blocks: AmendedBlocks): string {
  const amendments = blocks(page * TRIALS_PER_PAGE + 1)
  return amendments === 0 ? '' : `-a${amendments}`
}

interface ReadPage {
  readonly trials: readonly TrialRecord[]
  /** Numbers of those that may change. */
  readonly unsettled: readonly number[]
  /** The file is missing or has more unsettled trials. */
  readonly outdated: boolean
}

async function readPage(deps: PageDeps, key: SweepKey, page: number, name: string): Promise<ReadPage> {
  const now = deps.clock.now()
  const unsettledOf = (trials: readonly TrialRecord[]) => trials.filter((trial) => mayChange(trial, now))
  const cached = await readCached(deps, key, name)
  const old = cached && unsettledOf(cached)
  const first = page * TRIALS_PER_PAGE
  const trials = cached
    ? await refreshed(deps, key, cached, old!)
    : await deps.store.listTrials(key, {
        after: first,
        upTo: first + TRIALS_PER_PAGE,
        limit: TRIALS_PER_PAGE,
      })
  const unsettled = unsettledOf(trials).map(({ key: { number } }) => number)
  const isFull = trials.length === TRIALS_PER_PAGE
  const outdated = isFull && unsettled.length <= MAX_UNSETTLED && (!old || unsettled.length < old.length)
  return { trials, unsettled, outdated }
}

export const mayChange = ({ state, updatedAt }: TrialRecord, now: number): boolean =>
  !isEnd(state) || (state === 'crashed' && now - updatedAt <= LATE_MS)

async function readCached(
  { files }: PageDeps,
  key: SweepKey,
  name: string,
): Promise<readonly TrialRecord[] | undefined> {
  const cached = await files.get(name)
  if (!cached) return undefined
  const rows = parseJson((await promisify(gunzip)(cached)).toString(), {
    exact: true,
  }) as unknown as readonly Row[]
  return rows.map(({ number, ...rest }) => ({ ...unwrapFloats(rest), key: { ...key, number } }))
}

async function writeCached({ files }: PageDeps, name: string, trials: readonly TrialRecord[]): Promise<void> {
  const rows = trials.map(({ key: { number }, ...rest }) => ({ number, ...rest }))
  const bytes = await promisify(gzip)(stringifyJson(rows as unknown as Json))
  await files.put(name, new Uint8Array(bytes), 'application/gzip')
}

/** The trials, with those that may have changed as the table has them now. */
async function refreshed(
  deps: PageDeps,
  key: SweepKey,
  trials: readonly TrialRecord[],
  old: readonly TrialRecord[],
): Promise<readonly TrialRecord[]> {
  if (old.length === 0) return trials
  const read = await readNumbers(
    deps,
    key,
    old.map((trial) => trial.key.number),
  )
  const now = new Map(read.map((trial) => [trial.key.number, trial]))
  return trials.map((trial) => now.get(trial.key.number) ?? trial)
}

/**
 * `parseJson` returns an infinity as a `Float`; a record has plain numbers. Parameters stay as they are. Changes its argument:
 * copying 10,000 records would take longer than reading them.
 */
function unwrapFloats(record: Omit<TrialRecord, 'key'>): Omit<TrialRecord, 'key'> {
  const fields = record as unknown as Record<string, unknown>
  const unwrap = (value: unknown) => (value instanceof Float ? value.value : value)
  for (const name in fields) {
    const value = fields[name]
    if (value instanceof Float) fields[name] = value.value
    else if (Array.isArray(value)) fields[name] = value.map(unwrap)
  }
  return record
}

/** For a deleted sweep. */
export async function deleteTrialPages(
  deps: Pick<Deps, 'files'>,
  record: Pick<SweepRecord, 'key' | 'createdAt'>,
): Promise<void> {
  for (const { key } of await deps.files.list(trialPagesPrefix(record))) await deps.files.delete(key)
}
