/** Points of a curve: more than the pixels of a chart show nothing new. */
const MAX_POINTS = 400

/**
 * Empirical distribution of values: `ys[i]` is the share of the finite values that are at most `xs[i]`. It begins at 0. Of many
 * values about 400 steps are kept, the ends among them.
 */
export function edf(values: Iterable<number>): {
  readonly xs: readonly number[]
  readonly ys: readonly number[]
} {
  const sorted = Float64Array.from(values).filter(Number.isFinite).sort()
  const [xs, ys]: [number[], number[]] = [[], []]
  const count = sorted.length
  if (count === 0) return { xs, ys }
  xs.push(sorted[0]!)
  ys.push(0)
  const every = Math.max(1, Math.ceil(count / MAX_POINTS))
  for (let i = 0; i < count; i++) {
    // Only the last of equal values has the share of all of them.
    if (sorted[i] === sorted[i + 1] || (i % every !== 0 && i < count - 1)) continue
    xs.push(sorted[i]!)
    ys.push((i + 1) / count)
  }
  return { xs, ys }
}

/** The steps that are on an axis: outliers are beyond it, as in the other charts. */
export function edfWithin(
  values: Iterable<number>,
  { min, max }: { readonly min: number; readonly max: number },
): ReturnType<typeof edf> {
  const { xs, ys } = edf(values)
  const inside = xs.map((_, i) => i).filter((i) => xs[i]! >= min && xs[i]! <= max)
  return { xs: inside.map((i) => xs[i]!), ys: inside.map((i) => ys[i]!) }
}
