import { spreadBy } from './groups.ts'

export const BANDS = ['min–max', '± std'] as const
export type Band = (typeof BANDS)[number]

interface Points {
  readonly xs: readonly number[]
  readonly ys: readonly number[]
}

/** Mean of several curves with a band around it. */
export interface MeanCurve extends Points {
  readonly lows: readonly number[]
  readonly highs: readonly number[]
}

/** Points of a mean curve: more than the pixels of a narrow chart show nothing new. */
const MAX_POINTS = 150

/**
 * Mean and band of curves at the x values that occur in them. Between two points a curve is a line; before its first and beyond its
 * last point it does not count, so that a mean may jump where curves end.
 */
export function meanCurve(curves: readonly Points[], band: Band): MeanCurve {
  const xs = gridOf(curves)
  const [ys, lows, highs]: [number[], number[], number[]] = [[], [], []]
  const columns = curves.map((curve) => interpolated(curve, xs))
  const rows = columns.map((_, i) => i)
  for (let i = 0; i < xs.length; i++) {
    const spread = spreadBy(rows, (row) => columns[row]![i])
    if (!spread) {
      for (const each of [ys, lows, highs]) each.push(Number.NaN)
      continue
    }
    const { mean, min, max, deviation } = spread
    ys.push(mean)
    lows.push(band === 'min–max' ? min : mean - deviation)
    highs.push(band === 'min–max' ? max : mean + deviation)
  }
  return { xs, ys, lows, highs }
}

function gridOf(curves: readonly Points[]): readonly number[] {
  const all = [...new Set(curves.flatMap(({ xs }) => xs))].sort((a, b) => a - b)
  if (all.length <= MAX_POINTS) return all
  return Array.from(
    { length: MAX_POINTS },
    (_, i) => all[Math.round((i * (all.length - 1)) / (MAX_POINTS - 1))]!,
  )
}

/** Values of a curve at ascending positions; NaN outside of it. */
export function interpolated({ xs, ys }: Points, at: readonly number[]): Float64Array {
  const values = new Float64Array(at.length).fill(Number.NaN)
  let i = 0
  for (const [k, x] of at.entries()) {
    if (xs.length === 0 || x < xs[0]! || x > xs[xs.length - 1]!) continue
    while (i + 1 < xs.length && xs[i + 1]! <= x) i++
    const [x1, x2 = x1] = [xs[i]!, xs[i + 1]]
    values[k] = x1 === x || x1 === x2 ? ys[i]! : ys[i]! + ((x - x1) / (x2 - x1)) * (ys[i + 1]! - ys[i]!)
  }
  return values
}
