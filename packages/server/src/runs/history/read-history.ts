import type { Json } from '@chimney/core/schema/json'
import type { RunKey } from '@chimney/core/schema/names'
import { isEnd } from '@chimney/core/sweep/lifecycle'
import type { Deps } from '../../deps.ts'
import type { Row, Series } from '../../store/codec/chunk.ts'
import type { RunLive } from '../../store/runs.ts'
import { type BandRow, bandRows } from './band-rows.ts'
import { mergeRows } from './rows.ts'

export interface HistoryQuestion {
  readonly series: Series
  /** Only these values, and only rows that have one of them. */
  readonly keys?: readonly string[] | undefined
  /** Indices, both included. */
  readonly from: number
  readonly to: number
  /** Thins the whole range evenly to so many rows; there is no next page then. */
  readonly samples?: number | undefined
  /** Each sample tells the ends of what it stands for, see {@link bandRows}. */
  readonly bands?: boolean | undefined
  /** Only so many rows, from the end; there is no next page then. */
  readonly last?: number | undefined
  /** Rows of a page when it is not thinned. */
  readonly limit: number
}

/** First stretch of indices that a page reads, as a multiple of its rows: most runs log at every step or every few. */
const STRETCH = 4

/** The history of a run; `next` is the index at which the next page begins. Undefined when there is no such run. */
export async function readHistory(
  deps: Pick<Deps, 'store'>,
  key: RunKey,
  question: HistoryQuestion,
): Promise<{ rows: readonly BandRow[]; next?: number } | undefined> {
  const live = await deps.store.getLive(key)
  if (!live) return undefined
  const { from, to, samples, bands, last, limit } = question
  if (from > to) return { rows: [] }
  const pick = picker(question.keys)
  if (samples !== undefined || last !== undefined) {
    const all = pick(await readRange(deps, live, question, from, to))
    const kept = last === undefined ? all : all.slice(-last)
    return { rows: samples === undefined ? kept : (bands ? bandRows : thinRows<Row>)(kept, samples) }
  }
  const rows: Row[] = []
  for await (const stretch of stretches(deps, live, question)) {
    rows.push(...pick(stretch))
    if (rows.length > limit) return { rows: rows.slice(0, limit), next: rows[limit]!.index }
  }
  return { rows }
}

/** The range in pieces that grow, so that a page of a long history does not read all of it. */
async function* stretches(
  deps: Pick<Deps, 'store'>,
  live: RunLive,
  question: HistoryQuestion,
): AsyncGenerator<readonly Row[]> {
  const { from, to, series, limit } = question
  // Only of the metrics it is known where they end; and with several attempts all is read at once anyway.
  if (series !== 'metrics' || live.attempt > 1) return yield await readRange(deps, live, question, from, to)
  const last = Math.min(to, live.lastIndex)
  let start = from
  let width = limit * STRETCH
  while (start <= last) {
    yield await readRange(deps, live, question, start, Math.min(last, start + width - 1))
    start += width
    width *= 2
  }
}

async function readRange(
  deps: Pick<Deps, 'store'>,
  live: RunLive,
  { series }: HistoryQuestion,
  from: number,
  to: number,
): Promise<readonly Row[]> {
  // A newer attempt may begin before the range and still replace what older ones have within it.
  const range = live.attempt > 1 ? undefined : { from, to }
  const chunks = await deps.store.listChunks(live.key, series, range)
  // When a late result of an older attempt was kept, what the newer ones logged meanwhile is not how it came about.
  const kept = isEnd(live.state) ? live.endedBy : undefined
  return mergeRows(kept === undefined ? chunks : chunks.filter(({ attempt }) => attempt <= kept)).filter(
    ({ index }) => index >= from && index <= to,
  )
}

function picker(keys: readonly string[] | undefined): (rows: readonly Row[]) => readonly Row[] {
  if (!keys || keys.length === 0) return (rows) => rows
  const wanted = [...new Set(keys)]
  return (rows) =>
    rows.flatMap((row) => {
      const values: Record<string, Json> = {}
      for (const name of wanted) if (Object.hasOwn(row.values, name)) values[name] = row.values[name]!
      if (Object.keys(values).length === 0) return []
      // W&B's rows are numbered by line and say their step among their values.
      return [
        { ...row, values: row.values._step === undefined ? values : { ...values, _step: row.values._step } },
      ]
    })
}

/** Thins evenly to `samples` rows (at least 1). The last row always stays; the first too when there are two or more. */
export function thinRows<T>(rows: readonly T[], samples: number): readonly T[] {
  if (rows.length <= samples) return rows
  if (samples === 1) return rows.slice(-1)
  const stride = (rows.length - 1) / (samples - 1)
  return Array.from({ length: samples }, (_, i) => rows[Math.round(i * stride)]!)
}
