import { MetricsRequest } from '@chimney/core/schema/api/metrics'
import { Hono } from 'hono'
import type * as z from 'zod'
import type { UnixMs } from '../../clock.ts'
import { reportMetrics } from '../../runs/history/report-metrics.ts'
import type { Row } from '../../store/codec/chunk.ts'
import type { AppEnv } from '../app-env.ts'
import { access } from '../auth/access.ts'
import { jsonBody } from '../body/json-body.ts'
import { query } from '../body/query.ts'
import { describeRoute, jsonResponse, problems } from '../reference/describe-route.ts'
import { historyPageText } from '../responses/history-page.ts'
import { runNotFound } from '../responses/not-found.ts'
import { respond, respondText } from '../responses/respond.ts'
import { runKeyOf } from './path-names.ts'
import { HistoryQuery, keyNames, numberCursor } from './queries.ts'

const METRICS = '/v1/:entity/:project/runs/:run/metrics'

export const metricRoutes = new Hono<AppEnv>()
  .post(
    METRICS,
    describeRoute({
      operationId: 'reportMetrics',
      tags: ['Metrics'],
      summary: 'Log metrics, and learn whether to stop',
      responses: {
        200: jsonResponse('Number of accepted points, and whether to stop', 'MetricsAnswer'),
        ...problems(404, 409),
      },
    }),
    access('ingest'),
    jsonBody(MetricsRequest, { points: [{ step: 1, values: { loss: 0.42, val_acc: 0.91 } }], attempt: 1 }),
    async (c) => {
      const { deps } = c.var
      const { points, attempt } = c.req.valid('json')
      const { accepted, stop, reason } = await reportMetrics(deps, runKeyOf(c.req.valid('param')), {
        rows: rowsOf(points, deps.clock.now()),
        ...(attempt !== undefined && { attempt }),
      })
      return respond(200, { accepted, stop, ...(reason !== undefined && { reason }) })
    },
  )
  .get(
    METRICS,
    describeRoute({
      operationId: 'getHistory',
      tags: ['Metrics'],
      summary: 'Read the history of a run',
      responses: { 200: jsonResponse('A page of rows', 'HistoryPage'), ...problems(404) },
    }),
    access('read', { shared: true }),
    query(HistoryQuery),
    async (c) => {
      const key = runKeyOf(c.req.valid('param'))
      const { keys: list, key: _, from, to, cursor: page, bands, ...rest } = c.req.valid('query')
      const keys = keyNames(list, c.req.queries('key'))
      const cursor = numberCursor(page, Number.MAX_SAFE_INTEGER)
      // Agents report and do not read.
      const { readHistory } = await import('../../runs/history/read-history.ts')
      const read = async () => {
        const history = await readHistory(c.var.deps, key, {
          ...rest,
          keys,
          from: Math.max(cursor ?? 0, from ?? 0),
          to: to ?? Number.MAX_SAFE_INTEGER,
          bands: bands === 'true',
        })
        if (!history) throw runNotFound(key)
        // A reader of samples asks for the rows between two of them by index.
        return historyPageText(history.rows, history.next, bands === 'true')
      }
      const { samples, series, last } = rest
      const isWhole = (keys ?? from ?? to ?? cursor ?? last) === undefined
      if (!isWhole || samples === undefined || bands !== 'true' || series !== 'metrics')
        return respondText(200, await read())
      const { sampledHistory } = await import('../responses/sampled-history.ts')
      return respondText(200, await sampledHistory(c.var.deps, key, samples, read))
    },
  )

/** Points as rows, ascending by step. Of two values of the same name and step, the later one counts. */
export function rowsOf(points: z.output<typeof MetricsRequest>['points'], now: UnixMs): Row[] {
  const rows = new Map<number, Row>()
  for (const { step, values: given, at } of points) {
    // The point has its step and time; values of these names could contradict them.
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

/** The largest time with an ISO form. Larger numbers are usually milliseconds instead of seconds. */
const MAX_UNIX_MS = 8.64e15

/** ISO 8601, or Unix seconds as Python's `time.time()` gives them. */
const unixMs = (at: string | number | undefined, now: UnixMs): UnixMs => {
  if (at === undefined) return now
  return Math.min(MAX_UNIX_MS, typeof at === 'string' ? Date.parse(at) : Math.round(at * 1000))
}
