import { MetricsRequest } from '@chimney/core/schema/api/metrics'
import type * as z from 'zod'
import type { UnixMs } from '../../clock.ts'
import type { BandRow } from '../../runs/history/downsample.ts'
import { readHistory } from '../../runs/history/read-history.ts'
import { reportMetrics } from '../../runs/history/report-metrics.ts'
import type { Row } from '../../store/codec/chunk.ts'
import { answer, jsonText } from '../answers/answer.ts'
import { runNotFound } from '../answers/not-found.ts'
import { historyRowText } from '../answers/present.ts'
import { type Route, route } from '../route.ts'
import { runKeyOf } from './path-names.ts'
import { HistoryQuery, numberCursor } from './queries.ts'

const METRICS = '/v1/{entity}/{project}/runs/{run}/metrics'

/** Keeps one page of history below what a function may answer (6 MB), with room for the row that crosses it. */
const PAGE_CHARACTERS = 4_000_000

export const metricRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: METRICS,
    id: 'reportMetrics',
    scope: 'ingest',
    tag: 'Metrics',
    summary: 'Log metrics, and hear whether to stop',
    description:
      'Values may be any JSON, also bare NaN, Infinity and -Infinity. `at` is ISO 8601 in UTC or Unix seconds. Sending the same points again is harmless. The request renews the lease.',
    body: {
      schema: MetricsRequest,
      name: 'MetricsRequest',
      example: { points: [{ step: 1, values: { loss: 0.42, val_acc: 0.91 } }], attempt: 1 },
    },
    answers: {
      200: { description: 'What was accepted, and whether the run shall stop', schema: 'MetricsAnswer' },
    },
    problems: [404, 409],
    handle: async ({ deps, names, body }) => {
      const { points, attempt } = body
      const told = await reportMetrics(deps, runKeyOf(names), {
        rows: rowsOf(points, deps.clock.now()),
        ...(attempt !== undefined && { attempt }),
      })
      return answer(200, {
        accepted: told.accepted,
        stop: told.stop,
        ...(told.reason !== undefined && { reason: told.reason }),
      })
    },
  }),
  route({
    method: 'GET',
    path: METRICS,
    id: 'getHistory',
    shared: true,
    tag: 'Metrics',
    summary: 'Read the history of a run',
    description:
      'Rows by step. Points that were logged at the same step are one row; of a value logged twice the later one stands. When a trial was tried again, the rows of the newer attempt replace the older ones from its first step on.',
    query: HistoryQuery,
    answers: { 200: { description: 'A page of rows', schema: 'HistoryPage' } },
    problems: [404],
    handle: async ({ deps, names, query }) => {
      const key = runKeyOf(names)
      const cursor = numberCursor(query.cursor, Number.MAX_SAFE_INTEGER)
      const page = await readHistory(deps, key, {
        series: query.series,
        keys: query.keys?.split(',').filter((name) => name !== ''),
        from: Math.max(cursor ?? 0, query.from ?? 0),
        to: query.to ?? Number.MAX_SAFE_INTEGER,
        samples: query.samples,
        bands: query.bands,
        last: query.last,
        limit: query.limit,
      })
      if (!page) throw runNotFound(key)
      return jsonText(200, historyPageText(page.rows, page.next))
    },
  }),
]

/** Points as rows, ascending by step. Of a value that is given twice at a step the later one stands. */
export function rowsOf(points: z.output<typeof MetricsRequest>['points'], now: UnixMs): Row[] {
  const rows = new Map<number, Row>()
  for (const { step, values: given, at } of points) {
    // The point says its step and time itself; values of these names could only contradict it.
    const { _step, _timestamp, ...values } = given
    const seen = rows.get(step)
    rows.set(step, {
      index: step,
      at: unixMs(at, now),
      values: seen ? { ...seen.values, ...values } : values,
    })
  }
  return [...rows.values()].sort((a, b) => a.index - b.index)
}

/** Beyond it a time has no ISO form; such numbers are milliseconds sent for seconds, or worse. */
const MAX_UNIX_MS = 8.64e15

/** ISO 8601, or Unix seconds as Python's `time.time()` gives them. */
const unixMs = (at: string | number | undefined, now: UnixMs): UnixMs => {
  if (at === undefined) return now
  return Math.min(MAX_UNIX_MS, typeof at === 'string' ? Date.parse(at) : Math.round(at * 1000))
}

function historyPageText(rows: readonly BandRow[], next: number | undefined): string {
  const texts: string[] = []
  let size = 0
  let cursor = next
  for (const row of rows) {
    const text = historyRowText(row)
    size += text.length
    if (size > PAGE_CHARACTERS && texts.length > 0) {
      cursor = row.index
      break
    }
    texts.push(text)
  }
  const tail = cursor === undefined ? '' : `,"next_cursor":"${cursor}"`
  return `{"items":[${texts.join(',')}]${tail}}`
}
