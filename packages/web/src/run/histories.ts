import type { HistoryRow } from '../api/endpoints.ts'

/** One metric of a run. */
export interface MetricHistory {
  readonly name: string
  readonly xs: readonly number[]
  readonly ys: readonly number[]
  /** Min and max of the rows that a downsampled point stands for. */
  readonly lows: readonly number[]
  readonly highs: readonly number[]
}

type Ends = Readonly<Record<string, number>> | undefined

export type XAxis = 'step' | 'time' | (string & {})

/** Sorts the objective first, the other metrics by name. */
export const byMetric =
  (first: string | undefined) =>
  (a: string, b: string): number =>
    Number(b === first) - Number(a === first) || (a < b ? -1 : 1)

/** Numeric metrics of a run as series, by name. `x`: the step, seconds since the first row, or a metric. */
export function histories(rows: readonly HistoryRow[], x: XAxis): MetricHistory[] {
  const start = rows[0]?._timestamp ?? 0
  const xOf = (row: HistoryRow): unknown =>
    x === 'step' ? row._step : x === 'time' ? row._timestamp - start : row[x]
  const columns = new Map<string, Points>()
  for (const row of rows) {
    const xValue = xOf(row)
    if (typeof xValue !== 'number') continue
    const [low, high] = [row._low as Ends, row._high as Ends]
    for (const [name, value] of Object.entries(row)) {
      if (name.startsWith('_') || name === x || typeof value !== 'number') continue
      const column = columns.get(name) ?? { xs: [], ys: [], lows: [], highs: [] }
      column.xs.push(xValue)
      column.ys.push(value)
      column.lows.push(low?.[name] ?? value)
      column.highs.push(high?.[name] ?? value)
      columns.set(name, column)
    }
  }
  return [...columns]
    .map(([name, points]) => ({ name, ...ordered(points) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

interface Points {
  readonly xs: number[]
  readonly ys: number[]
  readonly lows: number[]
  readonly highs: number[]
}

/** Sorts by x: as x axis, a metric may not be monotonic. */
function ordered({ xs, ys, lows, highs }: Points): Points {
  const order = xs.map((_, i) => i).sort((a, b) => xs[a]! - xs[b]! || a - b)
  const sorted = (values: readonly number[]) => order.map((i) => values[i]!)
  return { xs: sorted(xs), ys: sorted(ys), lows: sorted(lows), highs: sorted(highs) }
}
