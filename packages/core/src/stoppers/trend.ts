/** Running statistics of the losses since the last rung, of constant size. */
export interface Trend {
  /** Number of losses since the last rung. */
  readonly count: number
  readonly mean: number
  /** The sum of their squared deviations from the mean. */
  readonly squares: number
  /** Start of the trend: the last rung and its mean loss, or before any rung the first value of the resource above 0. */
  readonly from: Earlier
}

export interface Earlier {
  /** Amount of resource. */
  readonly at: number
  readonly loss: number
}

/** Adds a loss at an amount of resource. Welford 1962, "Note on a method for calculating corrected sums of squares". */
export function followed(trend: Trend | undefined, loss: number, resource: number): Trend {
  if (trend === undefined) return { count: 1, mean: loss, squares: 0, from: { at: resource, loss } }
  const count = trend.count + 1
  const mean = trend.mean + (loss / count - trend.mean / count) // the plain difference could overflow
  const squares = trend.squares + (loss - trend.mean) * (loss - mean)
  // Epochs may start at 0, where 1/√t is not defined.
  const from = trend.from.at > 0 ? trend.from : { at: resource, loss }
  return { count, mean, squares: Number.isFinite(squares) ? squares : Number.MAX_VALUE, from }
}

/** Resets the statistics after a rung. */
export const afterRung = ({ mean }: Trend, rung: number): Trend => ({
  count: 0,
  mean: 0,
  squares: 0,
  from: { at: rung, loss: mean },
})

/** Summary of a trend at a rung. */
export interface Course {
  readonly mean: number
  /** The standard error of the mean; 0 for fewer than three losses. */
  readonly error: number
  readonly from: Earlier
}

export const courseOf = ({ count, mean, squares, from }: Trend): Course => ({
  mean,
  error: count < ENOUGH ? 0 : Math.sqrt(squares / (count - 1) / count),
  from,
})

/** The standard error of fewer losses is unreliable. */
const ENOUGH = 3

/**
 * The loss at `next`, extrapolated from `from` and `loss` at `rung` along a + b/√t, the convergence rate of
 * stochastic gradient descent (Nemirovski et al. 2009, "Robust stochastic approximation approach to stochastic programming",
 * §2.2). Undefined if the loss does not fall.
 */
export function extrapolated(from: Earlier, rung: number, loss: number, next: number): number | undefined {
  if (!(from.at > 0 && rung > from.at && next > rung && loss < from.loss)) return undefined
  const slope = (from.loss - loss) / (from.at ** -0.5 - rung ** -0.5)
  const there = loss - slope * (rung ** -0.5 - next ** -0.5)
  return Number.isFinite(there) ? there : undefined
}
