import { type Json, numberOf } from '@chimney/core/schema/json'
import type { Row } from '../../store/codec/chunk.ts'

/** A row that stands for several: its values, and between which ends those of the others lay. */
export interface BandRow extends Row {
  readonly low?: Readonly<Record<string, number>>
  readonly high?: Readonly<Record<string, number>>
}

/**
 * At most `samples` rows, each for as many neighbours: the last of them, with the least and the greatest finite number of each
 * value among them, so that a spike between two samples still shows. Names that begin with `_` have no ends. Few rows stay as
 * they are.
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
