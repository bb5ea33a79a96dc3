import { numberOf } from '@chimney/core/schema/json'
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
 * Splits the rows into `samples` groups of neighbours and returns of each the last row, and the last row of each value that is not
 * in it: every value is at the step at which it was logged. The row that represents a value has the minimum and maximum of its
 * finite numbers in the group, so that a spike between two samples is visible. Names that start with `_` have no band.
 */
export function sampleBands(rows: readonly Row[], samples: number): readonly BandRow[] {
  if (rows.length <= samples) return rows
  const edge = (i: number) => Math.round((i * rows.length) / samples)
  return Array.from({ length: samples }, (_, i) => bandsOf(rows, edge(i), edge(i + 1))).flat()
}

interface Band {
  /** Index of the last row that has the value. */
  at: number
  low: number
  high: number
}

/** Of the rows from `start` to before `end`. */
function bandsOf(rows: readonly Row[], start: number, end: number): BandRow[] {
  const bands = new Map<string, Band>()
  for (let at = start; at < end; at++) {
    const { values } = rows[at]!
    for (const name in values) {
      if (name.charCodeAt(0) === UNDERSCORE) continue
      const number = numberOf(values[name])
      const finite = number !== undefined && Number.isFinite(number)
      const band = bands.get(name)
      if (!band)
        bands.set(name, {
          at,
          low: finite ? number : Number.POSITIVE_INFINITY,
          high: finite ? number : Number.NEGATIVE_INFINITY,
        })
      else {
        band.at = at
        if (!finite) continue
        if (number < band.low) band.low = number
        if (number > band.high) band.high = number
      }
    }
  }
  const byRow = new Map<number, [string, Band][]>()
  for (const entry of bands) {
    const own = byRow.get(entry[1].at)
    if (own) own.push(entry)
    else byRow.set(entry[1].at, [entry])
  }
  if (!byRow.has(end - 1)) byRow.set(end - 1, [])
  return [...byRow]
    .sort(([a], [b]) => a - b)
    .map(([at, own]) => {
      const known = own.filter(([, { low, high }]) => low <= high)
      return {
        ...rows[at]!,
        low: Object.fromEntries(known.map(([name, { low }]) => [name, low])),
        high: Object.fromEntries(known.map(([name, { high }]) => [name, high])),
      }
    })
}

const UNDERSCORE = 95
