import type { Json } from '@chimney/core/schema/json'
import type { RunKey } from '@chimney/core/schema/names'
import { isEnd } from '@chimney/core/sweep/lifecycle'
import type { Deps } from '../../deps.ts'
import type { Chunk, Row, Series } from '../../store/codec/chunk.ts'
import type { RunLive } from '../../store/runs.ts'
import { type BandRow, sampleBands, sampleEvenly } from './downsample.ts'
import { mergeRows } from './read-rows.ts'

export interface HistoryQuery {
  readonly series: Series
  /** Only these values, and only rows that have one of them. */
  readonly keys?: readonly string[] | undefined
  /** Indices, both included. */
  readonly from: number
  readonly to: number
  /** Samples so many rows from the whole range, eventually consistent; there is no next page then. */
  readonly samples?: number | undefined
  /** Adds minimum and maximum to each sample, see {@link sampleBands}. */
  readonly bands?: boolean | undefined
  /** Only the last so many rows; there is no next page then. */
  readonly last?: number | undefined
  /** Rows per page when nothing is sampled. */
  readonly limit: number
}

/** Width of the first range of indices that a page reads, as a multiple of its rows: most runs log at every step or every few. */
const FIRST_WIDTH = 4

/** The history of a run; `next` is the first index of the next page. Undefined when there is no such run. */
export async function readHistory(
  deps: Pick<Deps, 'store'>,
  key: RunKey,
  query: HistoryQuery,
): Promise<{ rows: readonly BandRow[]; next?: number } | undefined> {
  const live = await deps.store.getLive(key)
  if (!live) return undefined
  const { from, to, samples, bands, last, limit } = query
  if (from > to) return { rows: [] }
  const pick = picker(query.keys)
  if (samples !== undefined || last !== undefined) {
    const all = pick(await readRange(deps, live, query, from, to))
    const kept = last === undefined ? all : all.slice(-last)
    return { rows: samples === undefined ? kept : (bands ? sampleBands : sampleEvenly<Row>)(kept, samples) }
  }
  const rows: Row[] = []
  for await (const range of ranges(deps, live, query)) {
    rows.push(...pick(range))
    if (rows.length > limit) return { rows: rows.slice(0, limit), next: rows[limit]!.index }
  }
  return { rows }
}

/** Splits the range into pieces of growing width, so that a page of a long history does not read all of it. */
async function* ranges(
  deps: Pick<Deps, 'store'>,
  live: RunLive,
  query: HistoryQuery,
): AsyncGenerator<readonly Row[]> {
  const { from, to, series, limit } = query
  // `lastIndex` covers only the metrics; and with several attempts the whole history is read anyway.
  if (series !== 'metrics' || live.attempt > 1) return yield await readRange(deps, live, query, from, to)
  const last = Math.min(to, live.lastIndex)
  let start = from
  let width = limit * FIRST_WIDTH
  while (start <= last) {
    yield await readRange(deps, live, query, start, Math.min(last, start + width - 1))
    start += width
    width *= 2
  }
}

async function readRange(
  deps: Pick<Deps, 'store'>,
  live: RunLive,
  { series, samples, last }: HistoryQuery,
  from: number,
  to: number,
): Promise<readonly Row[]> {
  // A newer attempt may start before the range and replace rows of older attempts within it.
  const range: { from?: number; to?: number } = live.attempt > 1 ? {} : { from, to }
  // Samples and the end are for pages, which are read again.
  const eventual = samples !== undefined || last !== undefined
  const chunks =
    (eventual && range.from !== undefined ? await lastChunks(deps, live, series, from) : undefined) ??
    (await deps.store.listChunks(live.key, series, { ...range, eventual }))
  // If a late result of an older attempt was kept, the rows of newer attempts do not belong to it.
  const endedBy = isEnd(live.state) ? live.endedBy : undefined
  return mergeRows(
    endedBy === undefined ? chunks : chunks.filter(({ attempt }) => attempt <= endedBy),
  ).filter(({ index }) => index >= from && index <= to)
}

/** Chunks of a request; a page that follows a running run asks every few seconds. */
const LAST_CHUNKS = 12

/**
 * The chunks from an index on, if the last ones reach back to it: so a page that follows a run does not read what it has. Undefined
 * otherwise. A chunk that arrives late, with rows from before `from`, is seen when the page reads the whole run again.
 */
async function lastChunks(
  { store }: Pick<Deps, 'store'>,
  live: RunLive,
  series: Series,
  from: number,
): Promise<readonly Chunk[] | undefined> {
  if (from === 0 || (series === 'metrics' && from < live.lastIndex / 2)) return undefined
  const chunks = await store.listLastChunks(live.key, series, LAST_CHUNKS)
  const oldest = chunks[0]?.rows[0]?.index
  return oldest === undefined || chunks.length < LAST_CHUNKS || oldest < from ? chunks : undefined
}

function picker(keys: readonly string[] | undefined): (rows: readonly Row[]) => readonly Row[] {
  if (!keys || keys.length === 0) return (rows) => rows
  const wanted = [...new Set(keys)]
  return (rows) =>
    rows.flatMap((row) => {
      const values: Record<string, Json> = {}
      for (const name of wanted) if (Object.hasOwn(row.values, name)) values[name] = row.values[name]!
      if (Object.keys(values).length === 0) return []
      // W&B's rows are numbered by line; their step is one of their values.
      return [
        { ...row, values: row.values._step === undefined ? values : { ...values, _step: row.values._step } },
      ]
    })
}
