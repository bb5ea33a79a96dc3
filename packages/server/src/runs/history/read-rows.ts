import type { RunKey } from '@chimney/core/schema/names'
import type { Deps } from '../../deps.ts'
import type { Chunk, Row, Series } from '../../store/codec/chunk.ts'

export interface RowsQuery {
  /** Indices, both ends included. */
  readonly from?: number
  readonly to?: number
  /** Only what this attempt logged. */
  readonly onlyAttempt?: number
}

/**
 * The rows of a series, ascending by index. Rows with the same index are merged; of each value the one received last wins. A newer
 * attempt replaces the rows of older ones from its own first index on: an attempt that starts over replaces all of them, one that
 * resumes from a checkpoint keeps the rows before it.
 */
export async function readRows(
  deps: Pick<Deps, 'store'>,
  key: RunKey,
  series: Series,
  query: RowsQuery = {},
): Promise<readonly Row[]> {
  const { from = 0, to = Number.MAX_SAFE_INTEGER, onlyAttempt } = query
  const chunks = await deps.store.listChunks(key, series, { from, to })
  const chosen = onlyAttempt === undefined ? chunks : chunks.filter((chunk) => chunk.attempt === onlyAttempt)
  return mergeRows(chosen).filter((row) => row.index >= from && row.index <= to)
}

export function mergeRows(chunks: readonly Chunk[]): readonly Row[] {
  const inOrder = chunks.toSorted((a, b) => a.attempt - b.attempt || a.receivedAt - b.receivedAt)
  const rows = new Map<number, Row>()
  let attempt = Number.NEGATIVE_INFINITY
  for (const chunk of inOrder) {
    if (chunk.attempt > attempt) {
      attempt = chunk.attempt
      const first = firstIndex(inOrder, attempt)
      for (const index of rows.keys()) if (index >= first) rows.delete(index)
    }
    for (const row of chunk.rows) {
      const earlier = rows.get(row.index)
      rows.set(row.index, earlier ? { ...row, values: { ...earlier.values, ...row.values } } : row)
    }
  }
  return [...rows.values()].sort((a, b) => a.index - b.index)
}

const firstIndex = (chunks: readonly Chunk[], attempt: number): number => {
  let first = Number.POSITIVE_INFINITY
  for (const chunk of chunks)
    if (chunk.attempt === attempt) for (const row of chunk.rows) first = Math.min(first, row.index)
  return first
}
