import { type Json, numberOf } from '@chimney/core/schema/json'
import type { Row } from '../../store/codec/chunk.ts'

/** A sampled row with the minimum and maximum of each value among the rows that it represents. */
export interface BandRow extends Row {
  readonly low?: Readonly<Record<string, number>>
  readonly high?: Readonly<Record<string, number>>
}

/** Picks `samples` rows (at least 1) at even distances: always the last row, and the first if there are two or more. */
export function sampleEvenly<T>(rows: readonly T[], samples: number): readonly T[] {
  if (rows.length <= samples) return rows
  if (samples === 1) return rows.slice(-1)
  const stride = (rows.length - 1) / (samples - 1)
  return Array.from({ length: samples }, (_, i) => rows[Math.round(i * stride)]!)
}

/**
 * Splits the rows into `samples` groups of neighbours and returns the last row of each, with the minimum and maximum of each
 * finite number in the group, so that a spike between two samples is visible. Names that start with `_` have no band.
 */
export function sampleBands(rows: readonly Row[], samples: number): readonly BandRow[] {
  if (rows.length <= samples) return rows
  const edge = (i: number) => Math.round((i * rows.length) / samples)
  return Array.from({ length: samples }, (_, i) => bandOf(rows.slice(edge(i), edge(i + 1))))
}

function bandOf(rows: readonly Row[]): BandRow {
  const values: Record<string, Json> = {}
  const low: Record<string, number> = {}
  const high: Record<string, number> = {}
  for (const row of rows)
    for (const [name, value] of Object.entries(row.values)) {
      values[name] = value
      const number = numberOf(value)
      if (number === undefined || !Number.isFinite(number) || name.startsWith('_')) continue
      low[name] = Math.min(low[name] ?? number, number)
      high[name] = Math.max(high[name] ?? number, number)
    }
  const last = rows[rows.length - 1]!
  return { index: last.index, at: last.at, values, low, high }
}
