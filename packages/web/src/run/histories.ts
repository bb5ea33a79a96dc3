import type { HistoryRow } from '../api/calls.ts'

/** One metric of a run. */
export interface MetricHistory {
  readonly name: string
  readonly xs: readonly number[]
  readonly ys: readonly number[]
}

export type XAxis = 'step' | 'time' | (string & {})

/** Columns of what a run logged, by name; values that are no numbers are left out. `x`: the step, seconds since the first row, or a metric. */
export function histories(rows: readonly HistoryRow[], x: XAxis): MetricHistory[] {
  const begin = rows[0]?._timestamp ?? 0
  const xOf = (row: HistoryRow): unknown =>
    x === 'step' ? row._step : x === 'time' ? row._timestamp - begin : row[x]
  const columns = new Map<string, { xs: number[]; ys: number[] }>()
  for (const row of rows) {
    const place = xOf(row)
    if (typeof place !== 'number') continue
    for (const [name, value] of Object.entries(row)) {
      if (name.startsWith('_') || name === x || typeof value !== 'number') continue
      const column = columns.get(name) ?? { xs: [], ys: [] }
      column.xs.push(place)
      column.ys.push(value)
      columns.set(name, column)
    }
  }
  return [...columns]
    .map(([name, { xs, ys }]) => ({ name, ...ordered(xs, ys) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** Another metric may run back and forth; a curve is drawn from left to right. */
function ordered(xs: readonly number[], ys: readonly number[]): { xs: number[]; ys: number[] } {
  const order = xs.map((_, i) => i).sort((a, b) => xs[a]! - xs[b]! || a - b)
  return { xs: order.map((i) => xs[i]!), ys: order.map((i) => ys[i]!) }
}
