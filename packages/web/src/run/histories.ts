import type { HistoryRow } from '../api/endpoints.ts'

/** One metric of a run. */
export interface MetricHistory {
  readonly name: string
  readonly xs: readonly number[]
  readonly ys: readonly number[]
  /** Min and max of the rows that a downsampled point stands for. */
  readonly lows: readonly number[]
  readonly highs: readonly number[]
  /** Where the values are NaN or infinite. */
  readonly notFinite: readonly number[]
}

type Ends = Readonly<Record<string, number>> | undefined

export type XAxis = 'step' | 'time' | (string & {})

/** Sorts the objective first, the other metrics by name. */
export const byMetric =
  (first: string | undefined) =>
  (a: string, b: string): number =>
    Number(b === first) - Number(a === first) || (a < b ? -1 : 1)

/** JSON has no such numbers. */
const NOT_FINITE: ReadonlySet<unknown> = new Set(['NaN', 'Infinity', '-Infinity'])

/** Numeric metrics of a run as series, by name. `x`: the step, seconds since `start`, or a metric. */
export function histories(
  rows: readonly HistoryRow[],
  x: XAxis,
  start: number = rows[0]?._timestamp ?? 0,
): MetricHistory[] {
  const xOf = (row: HistoryRow): unknown =>
    x === 'step' ? row._step : x === 'time' ? row._timestamp - start : row[x]
  const columns = new Map<string, Points>()
  for (const row of rows) {
    const xValue = xOf(row)
    if (typeof xValue !== 'number') continue
    const [low, high] = [row._low as Ends, row._high as Ends]
    for (const name in row) {
      if (name.startsWith('_') || name === x) continue
      const value = row[name]
      const bad = NOT_FINITE.has(value)
      if (typeof value !== 'number' && !bad) continue
      // A sampled row stands for the values of which it has a range; the others have a later row.
      if (low && !bad && !Object.hasOwn(low, name)) continue
      let column = columns.get(name)
      if (!column) {
        column = { xs: [], ys: [], lows: [], highs: [], notFinite: [] }
        columns.set(name, column)
      }
      if (bad) {
        column.notFinite.push(xValue)
        if (!low || !Object.hasOwn(low, name)) continue
      }
      column.xs.push(xValue)
      column.ys.push(bad ? Number.NaN : (value as number))
      column.lows.push(low?.[name] ?? (value as number))
      column.highs.push(high?.[name] ?? (value as number))
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
  readonly notFinite: number[]
}

/** Sorts by x: as x axis, a metric may not be monotonic. */
function ordered({ xs, ys, lows, highs, notFinite }: Points): Points {
  if (xs.every((x, i) => i === 0 || x >= xs[i - 1]!)) return { xs, ys, lows, highs, notFinite }
  const order = xs.map((_, i) => i).sort((a, b) => xs[a]! - xs[b]! || a - b)
  const sorted = (values: readonly number[]) => order.map((i) => values[i]!)
  return { xs: sorted(xs), ys: sorted(ys), lows: sorted(lows), highs: sorted(highs), notFinite }
}

/** The number of a row for the API, which is not its step in runs of the W&B client. */
export const indexOf = (row: HistoryRow): number => (row._index as number | undefined) ?? row._step

/** The indices of the rows that surround a range of the x axis. */
export function indexRange(
  rows: readonly HistoryRow[],
  x: XAxis,
  [low, high]: readonly [number, number],
): readonly [number, number] | undefined {
  const start = rows[0]?._timestamp ?? 0
  const inside: number[] = []
  const xs = rows.map((row) => (x === 'step' ? row._step : x === 'time' ? row._timestamp - start : row[x]))
  for (const [i, value] of xs.entries())
    if (typeof value === 'number' && value >= low && value <= high) inside.push(i)
  const [first, last] = [inside[0], inside[inside.length - 1]]
  if (first === undefined || last === undefined) {
    const after = xs.findIndex((value) => typeof value === 'number' && value > high)
    return after <= 0 ? undefined : [indexOf(rows[after - 1]!), indexOf(rows[after]!)]
  }
  return [indexOf(rows[Math.max(0, first - 1)]!), indexOf(rows[Math.min(rows.length - 1, last + 1)]!)]
}

/** Names by their prefix before the last slash, in the order of the names; those without a slash first. */
export function sectionsOf<T extends { readonly name: string }>(
  all: readonly T[],
): readonly { readonly name: string; readonly items: readonly T[] }[] {
  const sections = new Map<string, T[]>()
  for (const item of all) {
    const slash = item.name.lastIndexOf('/')
    const name = slash > 0 ? item.name.slice(0, slash) : ''
    const items = sections.get(name)
    if (items) items.push(item)
    else sections.set(name, [item])
  }
  return [...sections]
    .map(([name, items]) => ({ name, items }))
    .sort((a, b) => Number(a.name !== '') - Number(b.name !== ''))
}

/** Section of pinned items, in the order of the pins; elsewhere they are left out. */
const PINNED = 'Pinned'

export function withPinned<T extends { readonly name: string }>(
  sections: readonly { readonly name: string; readonly items: readonly T[] }[],
  pins: readonly string[],
): readonly { readonly name: string; readonly items: readonly T[] }[] {
  const all = sections.flatMap(({ items }) => items)
  const pinned = pins.flatMap((pin) => all.filter(({ name }) => name === pin))
  if (pinned.length === 0) return sections
  const rest = sections.map(({ name, items }) => ({
    name,
    items: items.filter((item) => !pinned.includes(item)),
  }))
  return [{ name: PINNED, items: pinned }, ...rest.filter(({ items }) => items.length > 0)]
}
