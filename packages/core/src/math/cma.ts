/**
 * Covariance matrix adaptation: a normal distribution that follows what was good. States are values; D coordinates.
 *
 * Source: Hansen 2016, "The CMA evolution strategy: a tutorial" (arXiv:1604.00772), equations and Table 1: the
 * worse half of a generation counts with negative weights. Steps are measured by the Cholesky factor instead of the root of the covariance (Krause, Arbonès & Igel 2016,
 * "CMA-ES with optimal covariance update and storage complexity"), which spares the eigenvectors. Beyond {@link MOST_FULL}
 * axes only variances adapt (Ros & Hansen 2008, "A simple modification in CMA-ES achieving linear time and space
 * complexity"). Points need not come from `cmaPoint`: improbably long steps are clipped (Hansen 2011, "Injecting
 * external solutions into CMA-ES").
 */
import { cholesky, solveLower } from './cholesky.ts'

export interface CmaState {
  readonly mean: Float64Array
  readonly sigma: number
  /** D×D, or the D variances beyond {@link MOST_FULL} axes. */
  readonly covariance: Float64Array
  /** Its lower Cholesky factor, or the D deviations. */
  readonly factor: Float64Array
  readonly pathOfSigma: Float64Array
  readonly pathOfCovariance: Float64Array
  readonly generation: number
}

const MOST_FULL = 40

/** How many points a generation has when nothing else is wanted. */
export const populationOf = (dimensions: number): number =>
  4 + Math.floor(3 * Math.log(Math.max(1, dimensions)))

export function cmaStart(mean: Float64Array, sigma: number): CmaState {
  const d = mean.length
  const full = d <= MOST_FULL
  const unit = new Float64Array(full ? d * d : d)
  for (let i = 0; i < d; i++) unit[full ? i * d + i : i] = 1
  return {
    mean,
    sigma,
    covariance: unit,
    factor: unit.slice(),
    pathOfSigma: new Float64Array(d),
    pathOfCovariance: new Float64Array(d),
    generation: 0,
  }
}

/** mean + σ·L·z for a standard normal z. */
export function cmaPoint({ mean, sigma, factor }: CmaState, z: ArrayLike<number>): Float64Array {
  const d = mean.length
  const full = factor.length === d * d && d > 0
  return mean.map((m, i) => {
    if (!full) return m + sigma * factor[i]! * z[i]!
    let sum = 0
    for (let j = 0; j <= i; j++) sum += factor[i * d + j]! * z[j]!
    return m + sigma * sum
  })
}

/** The deviation of coordinate i. */
export const cmaDeviation = ({ sigma, covariance, mean }: CmaState, i: number): number =>
  sigma * Math.sqrt(covariance[covariance.length === mean.length ** 2 ? i * mean.length + i : i]!)

/** The state after a generation, sorted best first. Undefined when the distribution has collapsed and needs a restart. */
export function cmaTell(state: CmaState, points: readonly Float64Array[]): CmaState | undefined {
  const { mean, sigma, covariance, factor, generation } = state
  const d = mean.length
  const full = covariance.length === d * d
  const lambda = points.length
  const mu = Math.max(1, lambda >> 1)
  const raw = points.map((_, i) => Math.log((lambda + 1) / 2) - Math.log(i + 1))
  const better = raw.slice(0, mu)
  const total = better.reduce((sum, weight) => sum + weight, 0)
  const weights = better.map((weight) => (total > 0 ? weight / total : 1 / mu))
  const effective = 1 / weights.reduce((sum, weight) => sum + weight * weight, 0)
  const cSigma = (effective + 2) / (d + effective + 5)
  const damping = 1 + 2 * Math.max(0, Math.sqrt((effective - 1) / (d + 1)) - 1) + cSigma
  const cPath = (4 + effective / d) / (d + 4 + (2 * effective) / d)
  const faster = full ? 1 : (d + 2) / 3
  const cOne = Math.min(1, faster * (2 / ((d + 1.3) ** 2 + effective)))
  const cMu = Math.min(
    1 - cOne,
    (faster * 2 * (0.25 + effective - 2 + 1 / effective)) / ((d + 2) ** 2 + effective),
  )
  const expected = Math.sqrt(d) * (1 - 1 / (4 * d) + 1 / (21 * d * d))
  /** L⁻¹·y. */
  const whitened = (y: Float64Array): Float64Array => {
    if (!full) return y.map((value, i) => value / factor[i]!)
    const z = y.slice()
    solveLower(factor, d, z)
    return z
  }
  const longest = Math.sqrt(d) + (2 * d) / (d + 2)
  const lengths = new Float64Array(lambda)
  const steps = points.map((point, k) => {
    const y = point.map((x, i) => (x - mean[i]!) / sigma)
    const length = Math.hypot(...whitened(y))
    lengths[k] = Math.min(length, longest)
    return length > longest ? y.map((value) => (value * longest) / length) : y
  })
  const step = new Float64Array(d)
  for (let k = 0; k < mu; k++) for (let i = 0; i < d; i++) step[i]! += weights[k]! * steps[k]![i]!
  const negative = negativeWeights(raw.slice(mu), d, cOne, cMu)
  // eq. 46: the longer a bad step, the less it counts, so that the covariance stays positive definite.
  const all = [
    ...weights,
    ...negative.map((weight, k) => (weight * d) / Math.max(lengths[mu + k]! ** 2, 1e-12)),
  ]
  const weight = [...weights, ...negative].reduce((all, one) => all + one, 0)

  const white = whitened(step)
  const push = Math.sqrt(cSigma * (2 - cSigma) * effective)
  const pathOfSigma = state.pathOfSigma.map((p, i) => (1 - cSigma) * p + push * white[i]!)
  const length = Math.hypot(...pathOfSigma)
  // The path stands still while σ is about to grow, so that the covariance does not grow in its place: eq. 45, h_σ.
  const settled = Math.sqrt(1 - (1 - cSigma) ** (2 * (generation + 1)))
  const moves = length / settled < (1.4 + 2 / (d + 1)) * expected ? 1 : 0
  const pull = moves * Math.sqrt(cPath * (2 - cPath) * effective)
  const pathOfCovariance = state.pathOfCovariance.map((p, i) => (1 - cPath) * p + pull * step[i]!)
  const keep = 1 - cOne - cMu * weight + (1 - moves) * cOne * cPath * (2 - cPath)
  const entry = (i: number, j: number): number => {
    let sum = 0
    for (let k = 0; k < lambda; k++) sum += all[k]! * steps[k]![i]! * steps[k]![j]!
    return cOne * pathOfCovariance[i]! * pathOfCovariance[j]! + cMu * sum
  }
  const next = covariance.slice()
  if (full) {
    for (let i = 0; i < d; i++)
      for (let j = 0; j <= i; j++) {
        next[i * d + j] = keep * covariance[i * d + j]! + entry(i, j)
        next[j * d + i] = next[i * d + j]!
      }
  } else for (let i = 0; i < d; i++) next[i] = keep * covariance[i]! + entry(i, i)
  // At most e per generation: a few injected points must not blow it up (Hansen 2011, Δσmax = 1).
  const grown = sigma * Math.exp(Math.min(1, (cSigma / damping) * (length / expected - 1)))
  const lower = full ? cholesky(next, d)?.lower : next.map(Math.sqrt)
  if (lower === undefined || !Number.isFinite(grown) || !lower.every(Number.isFinite)) return undefined
  return {
    mean: mean.map((m, i) => m + sigma * step[i]!),
    sigma: grown,
    covariance: next,
    factor: lower,
    pathOfSigma,
    pathOfCovariance,
    generation: generation + 1,
  }
}

/** Of the worse half: eqs. 50 to 53. */
function negativeWeights(raw: readonly number[], d: number, cOne: number, cMu: number): readonly number[] {
  const total = raw.reduce((sum, weight) => sum + Math.abs(weight), 0)
  const squares = raw.reduce((sum, weight) => sum + weight * weight, 0)
  if (!(total > 0) || !(cMu > 0)) return raw.map(() => 0)
  const effective = (total * total) / squares
  const most = Math.min(1 + cOne / cMu, 1 + (2 * effective) / (effective + 2), (1 - cOne - cMu) / (d * cMu))
  return raw.map((weight) => (Math.min(0, weight) / total) * Math.max(0, most))
}
