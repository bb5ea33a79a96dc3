import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import { Float, type Json, parseJson, stringifyJson } from '@chimney/core/schema/json'
import { isEnd } from '@chimney/core/sweep/lifecycle'
import type { Deps } from '../../deps.ts'
import type { SweepHead, SweepRecord } from '../../store/sweeps.ts'
import type { TrialRecord } from '../../store/trials.ts'

/** Page 0 has the trials 1 … 500, page 1 the trials 501 … 1,000, and so on. */
export const TRIALS_PER_PAGE = 500
/** Part of the file name. Raise it when the format of a page changes: then pages are written again from the table. */
const FORMAT = 1
/** After so long a late result of a crashed trial is no longer expected. */
const LATE_MS = 7 * 24 * 3_600_000

type Row = Omit<TrialRecord, 'key'> & { readonly number: number }
interface Sweep {
  readonly record: SweepRecord
  readonly head: SweepHead
}
type PageDeps = Pick<Deps, 'store' | 'files' | 'clock'>

const part = encodeURIComponent

/** The creation time separates the pages from those of a later sweep with the same id. */
export const trialPagesPrefix = ({ key, createdAt }: Pick<SweepRecord, 'key' | 'createdAt'>): string =>
  `trials/${part(key.entity)}/${part(key.project)}/${key.sweep}-${createdAt}/`

/**
 * As `store.listTrials`, for readers of whole sweeps: full pages of ended trials come from files, which cost no read units. The
 * first reader of a page caches it, and so does reconcile. The table stays the source of truth: a missing file is read from there.
 */
export async function readTrialPages(
  deps: PageDeps,
  sweep: Sweep,
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<readonly TrialRecord[]> {
  const pages: number[] = []
  let page = Math.floor(after / TRIALS_PER_PAGE)
  for (; (page + 1) * TRIALS_PER_PAGE <= sweep.head.settled && page * TRIALS_PER_PAGE - after < limit; page++)
    pages.push(page)
  const read = await Promise.all(pages.map((page) => readTrialPage(deps, sweep.record, page)))
  const trials = read.flatMap((page) => page.trials).filter(({ key }) => key.number > after)
  if (trials.length >= limit) return trials.slice(0, limit)
  const rest = await deps.store.listTrials(sweep.record.key, {
    after: Math.max(after, page * TRIALS_PER_PAGE),
    limit: limit - trials.length,
  })
  return [...trials, ...rest]
}

/** A page by its number from 0. `final`: it has trials, and none of them will change. */
export async function readTrialPage(
  deps: PageDeps,
  record: SweepRecord,
  page: number,
): Promise<{ readonly trials: readonly TrialRecord[]; readonly final: boolean }> {
  const name = `${trialPagesPrefix(record)}${FORMAT}-${page}.json.gz`
  const { key } = record
  const cached = await deps.files.get(name)
  if (cached) {
    const rows = parseJson((await promisify(gunzip)(cached)).toString()) as unknown as readonly Row[]
    const trials = rows.map(({ number, ...rest }) => ({ ...unwrapFloats(rest), key: { ...key, number } }))
    return { trials, final: true }
  }
  const read = await readFromTable(deps, record, page)
  // A cache write that fails must not fail the request.
  if (read.final) await writeTrialPage(deps, record, page, read.trials).catch(() => undefined)
  return read
}

/** Writes the file of a page, unless it exists or the page is not final. */
export async function cacheTrialPage(deps: PageDeps, record: SweepRecord, page: number): Promise<void> {
  if (await deps.files.get(nameOf(record, page))) return
  const { trials, final } = await readFromTable(deps, record, page)
  if (final) await writeTrialPage(deps, record, page, trials)
}

const nameOf = (record: SweepRecord, page: number): string =>
  `${trialPagesPrefix(record)}${FORMAT}-${page}.json.gz`

async function readFromTable(
  deps: PageDeps,
  record: SweepRecord,
  page: number,
): Promise<{ readonly trials: readonly TrialRecord[]; readonly final: boolean }> {
  const first = page * TRIALS_PER_PAGE
  const trials = await deps.store.listTrials(record.key, {
    after: first,
    upTo: first + TRIALS_PER_PAGE,
    limit: TRIALS_PER_PAGE,
  })
  const now = deps.clock.now()
  const isFinal = ({ state, updatedAt }: TrialRecord) =>
    isEnd(state) && (state !== 'crashed' || now - updatedAt > LATE_MS)
  return { trials, final: trials.length > 0 && trials.every(isFinal) }
}

async function writeTrialPage(
  deps: PageDeps,
  record: SweepRecord,
  page: number,
  trials: readonly TrialRecord[],
): Promise<void> {
  const rows = trials.map(({ key: { number }, ...rest }) => ({ number, ...rest }))
  const bytes = await promisify(gzip)(stringifyJson(rows as unknown as Json))
  await deps.files.put(nameOf(record, page), new Uint8Array(bytes), 'application/gzip')
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
