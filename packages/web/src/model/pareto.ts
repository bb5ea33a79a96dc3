export type Goal = 'minimize' | 'maximize'

/**
 * Non-dominated rows, by ascending `x`. Rows without both values are left out; equal rows are all kept.
 */
export function paretoRows(
  xs: ArrayLike<number>,
  ys: ArrayLike<number>,
  goals: readonly [x: Goal, y: Goal],
): number[] {
  const [signX, signY] = goals.map((goal) => (goal === 'maximize' ? -1 : 1)) as [number, number]
  const rows = Array.from({ length: xs.length }, (_, row) => row).filter(
    (row) => Number.isFinite(xs[row]) && Number.isFinite(ys[row]),
  )
  rows.sort((a, b) => signX * (xs[a]! - xs[b]!) || signY * (ys[a]! - ys[b]!) || a - b)
  const front: number[] = []
  let best = Number.POSITIVE_INFINITY
  let bestX = Number.NaN
  for (const row of rows) {
    const y = signY * ys[row]!
    if (y < best || (y === best && xs[row] === bestX)) {
      front.push(row)
      best = y
      bestX = xs[row]!
    }
  }
  return front.sort((a, b) => xs[a]! - xs[b]! || a - b)
}
