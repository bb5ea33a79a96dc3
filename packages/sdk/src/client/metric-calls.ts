import type { HistoryRow, MetricsAnswer, MetricsRequest } from '@chimney/core/schema/api/metrics'
import type { Page } from '@chimney/core/schema/api/page'
import type { EncodedMetrics, RetryOptions } from '../run.ts'
import type { Connection } from './connection.ts'

const PAGE_SIZE = 10_000

export const metricCalls = ({ call, runRoute }: Connection) => ({
  /** Sends one metrics request. Training code uses {@link Run.log}, which numbers steps, batches and retries. */
  postMetrics: async (path: string, body: MetricsRequest | EncodedMetrics, more: RetryOptions = {}) =>
    call<MetricsAnswer>({ method: 'POST', path: await runRoute(path, '/metrics'), body, ...more }),
  /** History of a run by step: all rows, or evenly thinned to `samples`. `from` and `to` are inclusive. */
  history: async (
    path: string,
    query: { keys?: readonly string[]; from?: number; to?: number; samples?: number } = {},
  ): Promise<readonly HistoryRow[]> => {
    const rows: HistoryRow[] = []
    for (let cursor: string | undefined; ; ) {
      const page: Page<HistoryRow> = await call<Page<HistoryRow>>({
        method: 'GET',
        path: await runRoute(path, '/metrics'),
        query: { ...query, keys: query.keys?.join(','), cursor, limit: PAGE_SIZE },
      })
      rows.push(...page.items)
      cursor = page.next_cursor
      if (cursor === undefined) return rows
    }
  },
})
