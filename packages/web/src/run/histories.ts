import type { HistoryRow } from '../api/endpoints.ts'

/** One metric of a run. */
export interface MetricHistory {
  readonly name: string
  readonly xs: readonly number[]
  readonly ys: readonly number[]
  /** Ends of what each point stands for; equal to it where it stands for itself. */
  readonly lows: readonly number[]
  readonly highs: readonly number[]
}

type Ends = Readonly<Record<string, number>> | undefined

export type XAxis = 'step' | 'time' | (string & {})

/** What the sweep is about comes first, the others by name. */
export const byMetric =
  (first: string | undefined) =>
  (a: string, b: string): number =>
    Number(b === first) - Number(a === first) || (a < b ? -1 : 1)

/** Columns of what a run logged, by name; values that are no numbers are left out. `x`: the step, seconds since the first row, or a metric. */
export function histories(rows: readonly HistoryRow[], x: XAxis): MetricHistory[] {
  const begin = rows[0]?._timestamp ?? 0
  const xOf = (row: HistoryRow): unknown =>
    x === 'step' ? row._step : x === 'time' ? row._timestamp - begin : row[x]
  const columns = new Map<string, Points>()
  for (const row of rows) {
    const place = xOf(row)
    if (typeof place !== 'number') continue
    const [low, high] = [row._low as Ends, row._high as Ends]
    for (const [name, value] of Object.entries(row)) {
      if (name.startsWith('_') || name === x || typeof value !== 'number') continue
      const column = columns.get(name) ?? { xs: [], ys: [], lows: [], highs: [] }
      column.xs.push(place)
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

/** Another metric may run back and forth; a curve is drawn from left to right. */
function ordered({ xs, ys, lows, highs }: Points): Points {
  const order = xs.map((_, i) => i).sort((a, b) => xs[a]! - xs[b]! || a - b)
  const sorted = (values: readonly number[]) => order.map((i) => values[i]!)
  return { xs: sorted(xs), ys: sorted(ys), lows: sorted(lows), highs: sorted(highs) }
}
