import { formatNumber, formatValue } from './format.ts'

/**
 * Names the group of a row by a value. A number with more than `most` distinct values has ranges, with about as many distinct values
 * in each. The ranges are looked up when the first name is asked for.
 */
export function groupNames(
  rows: number,
  raw: (row: number) => unknown,
  most: number,
  ranges: number,
): (row: number) => string {
  let ends: readonly number[] | undefined
  const endsOf = (): readonly number[] => {
    const distinct = new Set<number>()
    for (let row = 0; row < rows; row++) {
      const value = raw(row)
      if (typeof value === 'number' && Number.isFinite(value)) distinct.add(value)
    }
    if (distinct.size <= most) return []
    const sorted = [...distinct].sort((a, b) => a - b)
    return Array.from(
      { length: ranges + 1 },
      (_, i) => sorted[Math.round((i * (sorted.length - 1)) / ranges)]!,
    )
  }
  return (row) => {
    ends ??= endsOf()
    const value = raw(row)
    if (ends.length === 0 || typeof value !== 'number' || !Number.isFinite(value)) return formatValue(value)
    let range = 0
    while (range < ranges - 1 && value >= ends[range + 1]!) range++
    return `${formatNumber(ends[range]!)} to ${formatNumber(ends[range + 1]!)}`
  }
}
