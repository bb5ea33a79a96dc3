/** The course of a training's losses between two rungs, in a few numbers however many values there were. */
export interface Trend {
  /** How many losses there were since the last rung. */
  readonly count: number
  readonly mean: number
  /** The sum of their squared deviations from the mean. */
  readonly squares: number
  /** What a fall is measured from: the last rung and the mean loss there, or before any rung the first value above 0 of the resource. */
  readonly from: Earlier
}

export interface Earlier {
  /** Amount of resource. */
  readonly at: number
  readonly loss: number
}

/** One more loss, at an amount of resource. Welford 1962, "Note on a method for calculating corrected sums of squares". */
export function followed(trend: Trend | undefined, loss: number, resource: number): Trend {
  if (trend === undefined) return { count: 1, mean: loss, squares: 0, from: { at: resource, loss } }
  const count = trend.count + 1
  const mean = trend.mean + (loss / count - trend.mean / count) // the plain difference could overflow
  const squares = trend.squares + (loss - trend.mean) * (loss - mean)
  // Epochs may be counted from 0, where 1/√t has no value.
  const from = trend.from.at > 0 ? trend.from : { at: resource, loss }
  return { count, mean, squares: Number.isFinite(squares) ? squares : Number.MAX_VALUE, from }
}

/** After a rung: the count begins anew, and the next fall is measured from here. */
export const afterRung = ({ mean }: Trend, rung: number): Trend => ({
  count: 0,
  mean: 0,
  squares: 0,
  from: { at: rung, loss: mean },
})

/** What a trend says at a rung. */
export interface Course {
  readonly mean: number
  /** The standard error of the mean; 0 where fewer than three losses tell of it. */
  readonly error: number
  readonly from: Earlier
}

export const courseOf = ({ count, mean, squares, from }: Trend): Course => ({
  mean,
  error: count < ENOUGH ? 0 : Math.sqrt(squares / (count - 1) / count),
  from,
})

/** The error of a mean of two is a guess. */
const ENOUGH = 3

/**
 * The loss at `next` of a training that had `from` and then `loss` at `rung`, were it to go on like a + b/√t: the rate of
 * stochastic gradient descent (Nemirovski et al. 2009, "Robust stochastic approximation approach to stochastic programming",
 * §2.2). Undefined for one that does not fall.
 */
export function carriedOn(from: Earlier, rung: number, loss: number, next: number): number | undefined {
  if (!(from.at > 0 && rung > from.at && next > rung && loss < from.loss)) return undefined
  const slope = (from.loss - loss) / (from.at ** -0.5 - rung ** -0.5)
  const there = loss - slope * (rung ** -0.5 - next ** -0.5)
  return Number.isFinite(there) ? there : undefined
}
