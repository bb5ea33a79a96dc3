import type { Json } from '@chimney/core/schema/json'
import type { Chunk, Row } from '../store/chunk.ts'

/**
 * The one history that a run's chunks tell, ascending by index. Rows of a newer attempt replace those of older attempts
 * from the newer attempt's first index on. Within an attempt, rows at one index are one row, and of a value told twice
 * the one that was received later stands.
 */
export function mergeRows(chunks: readonly Chunk[]): Row[] {
  const attempts = [...new Set(chunks.map((chunk) => chunk.attempt))].sort((a, b) => a - b)
  let merged: Row[] = []
  for (const attempt of attempts) {
    const rows = mergeAttempt(chunks.filter((chunk) => chunk.attempt === attempt))
    const first = rows[0]?.index ?? Number.POSITIVE_INFINITY
    merged = [...merged.filter((row) => row.index < first), ...rows]
  }
  return merged
}

function mergeAttempt(chunks: readonly Chunk[]): Row[] {
  // Stable, so that of chunks received in the same millisecond the store's order decides, which is the same each time.
  const inOrder = [...chunks].sort((a, b) => a.receivedAt - b.receivedAt)
  const rows = new Map<number, { index: number; at: number; values: { [name: string]: Json } }>()
  for (const chunk of inOrder) {
    for (const { index, at, values } of chunk.rows) {
      const row = rows.get(index)
      if (!row) rows.set(index, { index, at, values: { ...values } })
      else {
        Object.assign(row.values, values)
        row.at = at
      }
    }
  }
  return [...rows.values()].sort((a, b) => a.index - b.index)
}

/** Thins evenly to `samples` rows (at least 1). The last row always stays; the first too when there are two or more. */
export function thinRows<T>(rows: readonly T[], samples: number): readonly T[] {
  if (rows.length <= samples) return rows
  if (samples === 1) return rows.slice(-1)
  const stride = (rows.length - 1) / (samples - 1)
  return Array.from({ length: samples }, (_, i) => rows[Math.round(i * stride)]!)
}
