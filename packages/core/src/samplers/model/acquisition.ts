/** Log expected improvement under constraints, and its ascent along continuous axes. */
import type { Posterior } from '../../math/gp-posterior.ts'
import { logImprovement, logNormalCdf, logNormalCdfWithSlope } from '../../math/mills.ts'
import { minimizeInBox, type Objective } from '../../math/minimize.ts'
import type { Row } from './view.ts'

/** A constraint holds where the process is at most at the threshold. */
export interface Limit {
  readonly posterior: Posterior
  readonly threshold: number
}

/** Where to search, by axis; categories have no ends. */
export interface Box {
  readonly lower: Float64Array
  readonly upper: Float64Array
}

export interface Acquisition {
  readonly posterior: Posterior
  /** The incumbent: the lowest posterior mean of the known points that keep all constraints; undefined when there is none. */
  readonly best: number | undefined
  readonly limits: readonly Limit[]
}

/**
 * Log expected improvement, times the probability that all constraints hold: Gardner et al. 2014, "Bayesian optimization with inequality
 * constraints", eq. 6. The probability alone as long as no known point keeps them.
 */
export function scoreOf({ posterior, best, limits }: Acquisition, row: ArrayLike<number>): number {
  let score = 0
  if (best !== undefined) {
    const { mean, variance } = posterior.predict(row)
    const deviation = Math.sqrt(variance)
    score = Math.log(deviation) + logImprovement((best - mean) / deviation).value
  }
  for (const { posterior: limit, threshold } of limits) {
    const { mean, variance } = limit.predict(row)
    score += logNormalCdf((threshold - mean) / Math.sqrt(variance))
  }
  return score
}

const EVALUATIONS = 25
/** The probability of keeping constraints makes the score steep. */
const CONSTRAINED_EVALUATIONS = 60

/** The score along the free axes of a row. */
interface AcquisitionSurface {
  readonly acquisition: Acquisition
  readonly free: readonly number[]
  readonly scales: readonly number[]
  readonly row: Float64Array
  readonly meanSlopes: Float64Array
  readonly varianceSlopes: Float64Array
}

/** The negative score and its gradient at x, in units of the length scales. */
function negativeScore(surface: AcquisitionSurface, x: Float64Array, gradient: Float64Array): number {
  const { acquisition, free, scales, row, meanSlopes, varianceSlopes } = surface
  const { posterior, best, limits } = acquisition
  for (let i = 0; i < free.length; i++) row[free[i]!] = x[i]! / scales[i]!
  gradient.fill(0)
  let score = 0
  if (best !== undefined) {
    const { mean, variance } = posterior.predictWithSlopes(row, meanSlopes, varianceSlopes)
    const deviation = Math.sqrt(variance)
    const z = (best - mean) / deviation
    const { value, slope } = logImprovement(z)
    score = Math.log(deviation) + value
    addSlopes(surface, gradient, deviation, z, slope, 1 / deviation)
  }
  for (const { posterior: limit, threshold } of limits) {
    const { mean, variance } = limit.predictWithSlopes(row, meanSlopes, varianceSlopes)
    const deviation = Math.sqrt(variance)
    const z = (threshold - mean) / deviation
    const { value, slope } = logNormalCdfWithSlope(z)
    score += value
    addSlopes(surface, gradient, deviation, z, slope, 0)
  }
  return -score
}

/** Subtracts the slopes of a score whose derivative by z is `slope`, z = (y − mean)/deviation, and by the deviation `more`. */
function addSlopes(
  { free, scales, meanSlopes, varianceSlopes }: AcquisitionSurface,
  gradient: Float64Array,
  deviation: number,
  z: number,
  slope: number,
  more: number,
): void {
  for (let i = 0; i < free.length; i++) {
    const a = free[i]!
    const byDeviation = varianceSlopes[a]! / (2 * deviation)
    const byZ = (-meanSlopes[a]! - z * byDeviation) / deviation
    gradient[i]! -= (more * byDeviation + slope * byZ) / scales[i]!
  }
}

/** L-BFGS-B on the continuous axes, scaled by the length scales, inside the box if there is one. */
export function gradientAscent(
  from: Row,
  acquisition: Acquisition,
  isDiscrete: readonly boolean[],
  box?: Box,
): Row {
  const free = isDiscrete.flatMap((discrete, a) => (discrete ? [] : [a]))
  const scales = free.map((a) => Math.sqrt(Math.max(acquisition.posterior.weights[a]!, 1e-4)))
  const row = Float64Array.from(from)
  const meanSlopes = new Float64Array(row.length)
  const varianceSlopes = new Float64Array(row.length)
  const surface: AcquisitionSurface = {
    acquisition,
    free,
    scales,
    row,
    meanSlopes,
    varianceSlopes,
  }
  const objective: Objective = (x, gradient) => negativeScore(surface, x, gradient)
  const start = free.map((a, i) => row[a]! * scales[i]!)
  const { x } = minimizeInBox(objective, start, {
    lower: Float64Array.from(free, (a, i) => (box?.lower[a] ?? 0) * scales[i]!),
    upper: Float64Array.from(free, (a, i) => (box?.upper[a] ?? 1) * scales[i]!),
    evaluations: acquisition.limits.length > 0 ? CONSTRAINED_EVALUATIONS : EVALUATIONS,
    gradientTolerance: 1e-4,
    valueTolerance: 1e-8,
  })
  for (const [i, a] of free.entries()) row[a] = Math.min(1, Math.max(0, x[i]! / scales[i]!))
  return row
}
