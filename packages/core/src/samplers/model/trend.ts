/** What other sweeps predict, as the mean function of this sweep's Gaussian process. */
import { fitGp, priorStarts } from '../../math/fit-gp.ts'
import { type GpData, MORE } from '../../math/gp-kernel.ts'
import type { Posterior } from '../../math/gp-posterior.ts'
import type { Agreeing } from './agreement.ts'
import type { Row } from './view.ts'

/**
 * The losses of this sweep are `slope` times what the sources predict, and what a process explains of the rest. All in units of the
 * deviation of the rest.
 */
export interface Trend {
  readonly slope: number
  readonly sources: readonly Agreeing[]
  /** What is left, standardised. */
  readonly y: Float64Array
  /** Parameters of the process of what is left. */
  readonly theta: Float64Array
}

/** As one more trial that the slope is 0. */
const RIDGE = 1
/** Of the deviation of the losses: as if a part of them could never be predicted from elsewhere. */
const LEAST_REST = 0.1
const EVALUATIONS = 12
/** What the slope has to gain in the logarithm of the density: Akaike 1974. */
const COST = 1

/**
 * Undefined when the trend explains these losses no better than a process without it. `theta` is the best one without it, for `data`;
 * `rowsOf` says which of the rows are trials, not imputed ones.
 */
export function trendOf(data: GpData, theta: Float64Array, sources: readonly Agreeing[]): Trend | undefined {
  if (sources.length === 0) return undefined
  const { y, rows, categorical } = data
  const n = y.length
  const means = rows.map((row) => predictedBy(sources, row))
  const meanOf = (values: ArrayLike<number>) => {
    let sum = 0
    for (let i = 0; i < n; i++) sum += values[i]! / n
    return sum
  }
  const [my, mm] = [meanOf(y), meanOf(means)]
  let [xy, xx] = [0, RIDGE]
  for (let i = 0; i < n; i++) {
    xy += (means[i]! - mm) * (y[i]! - my)
    xx += (means[i]! - mm) ** 2
  }
  const slope = xy / xx
  if (!(slope > 0)) return undefined
  const rest = y.map((value, i) => value - my - slope * (means[i]! - mm))
  const deviation = Math.max(LEAST_REST, Math.sqrt(rest.reduce((sum, value) => sum + value ** 2, 0) / n))
  const left: GpData = { rows, y: rest.map((value) => value / deviation), categorical }
  const straight = theta.slice(0, categorical.length + MORE)
  const fit = fitGp(left, [straight, priorStarts(categorical.length)[0]!], EVALUATIONS)
  const without = fitGp(data, [theta], 1)
  if (!(fit.value + n * Math.log(deviation) + COST < without.value)) return undefined
  return { slope: slope / deviation, sources, y: left.y, theta: fit.x }
}

const predictedBy = (sources: readonly Agreeing[], row: ArrayLike<number>): number =>
  sources.reduce((sum, { model, weight }) => sum + weight * model.predict(row).mean, 0)

/** The process of what is left, and the trend. */
export function withTrend(inner: Posterior, { slope, sources }: Trend, known: readonly Row[]): Posterior {
  const at = (row: ArrayLike<number>) => slope * predictedBy(sources, row)
  const plus = (values: Float64Array) => values.map((value, i) => value + at(known[i]!))
  const meanBy = new Float64Array(inner.weights.length)
  const varianceBy = new Float64Array(inner.weights.length)
  return {
    ...inner,
    means: () => plus(inner.means()),
    leftOut: () => plus(inner.leftOut()),
    predict: (row) => {
      const { mean, variance } = inner.predict(row)
      return { mean: mean + at(row), variance }
    },
    predictWithSlopes: (row, meanSlopes, varianceSlopes) => {
      const { mean, variance } = inner.predictWithSlopes(row, meanSlopes, varianceSlopes)
      let total = mean
      for (const { model, weight } of sources) {
        const factor = slope * weight
        total += factor * model.predictWithSlopes(row, meanBy, varianceBy).mean
        for (let d = 0; d < meanSlopes.length; d++) meanSlopes[d]! += factor * meanBy[d]!
      }
      return { mean: total, variance }
    },
  }
}
