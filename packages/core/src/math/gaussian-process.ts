/**
 * Gaussian process regression over two kernels: one of all axes at once, and a sum of one per axis, for much of what
 * parameters do they do by themselves (Duvenaud, Nickisch & Rasmussen 2011, "Additive Gaussian processes"; Hutter, Hoos &
 * Leyton-Brown 2014, "An efficient approach for assessing hyperparameter importance", §5, where single parameters explain most
 * of the variance). A sum of D hills is known from few points per axis, where a function of D axes needs them in all corners.
 *
 * Rows have D coordinates. On a categorical axis two coordinates are equal or not, elsewhere their difference counts: q_d is 0
 * or 1, or the squared difference. With weights w_d (inverse squared length scales)
 *
 *   k = joint·M(Σ w_d·q_d) + main/D · Σ_d 1/(1 + stretch·w_d·q_d) + noise·[same row]
 *
 * M is Matérn-5/2 and the other one rational quadratic with α = 1, a mixture of smooth kernels of many lengths (Rasmussen &
 * Williams 2006, eqs. 4.17 and 4.19) that needs no exponential. An axis that does not matter has no weight in either part.
 * Parameters θ are logarithms, D + 4 of them: weights, joint, noise, main, stretch.
 */
import { cholesky, choleskyInPlace, type Factor, inverseOf, solveLower, solveUpper } from './cholesky.ts'
import { dot } from './dot.ts'
import { minimizeInBox } from './minimize.ts'

export interface GpData {
  readonly rows: readonly Float64Array[]
  /** Standardised: the priors below expect a mean of 0 and a variance of 1. */
  readonly y: Float64Array
  /** 1 for a categorical axis. */
  readonly categorical: Uint8Array
}

const ROOT5 = Math.sqrt(5)

/** (1 + √5·r + 5/3·r²)·exp(−√5·r) for r² = q: Rasmussen & Williams 2006, eq. 4.17. */
const matern = (q: number): number => {
  const r = ROOT5 * Math.sqrt(q)
  return (1 + r + (5 / 3) * q) * Math.exp(-r)
}
/** Its derivative by q; there is nothing to divide by where two rows coincide. */
const maternSlope = (q: number): number => {
  const r = ROOT5 * Math.sqrt(q)
  return (-5 / 6) * (1 + r) * Math.exp(-r)
}

/** Places of θ behind the D weights. */
const JOINT = 0
const NOISE = 1
const MAIN = 2
const STRETCH = 3
export const MORE = 4

interface Normal {
  readonly mean: number
  readonly deviation: number
}

/**
 * ln ℓ ~ N(½·ln D, 0.7): a length scale is about the diagonal of the unit cube, so that a function of many axes is not
 * expected to be more crooked than one of few (Hvarfner, Hellsten & Nardi 2024, "Vanilla Bayesian optimization performs
 * great in high dimensions", §5). Narrower than theirs, √3: the one best fit that is used here would otherwise write axes
 * off after a dozen trials. Here for ln(1/ℓ²) = −2·ln ℓ.
 */
const inverseScalePrior = (dimensions: number): Normal => ({ mean: -Math.log(dimensions), deviation: 1.4 })
/** Standardised values have a variance of one, and either part may have it. */
const SIGNAL_PRIOR: Normal = { mean: 0, deviation: 1 }
/** Little noise is expected, but any share up to all of it is within two deviations. */
const NOISE_PRIOR: Normal = { mean: Math.log(1e-3), deviation: 3 }
/** Along one axis alone the length is about that of the axis, which the diagonal is √D times. */
const stretchPrior = (dimensions: number): Normal => ({ mean: Math.log(dimensions), deviation: 1 })

const priorOf = (dimensions: number, i: number): Normal => {
  if (i < dimensions) return inverseScalePrior(dimensions)
  const place = i - dimensions
  return place === NOISE ? NOISE_PRIOR : place === STRETCH ? stretchPrior(dimensions) : SIGNAL_PRIOR
}

/** Least and greatest values of θ. */
function ends(dimensions: number, [scale, ...more]: readonly number[]): Float64Array {
  const all = new Float64Array(dimensions + MORE).fill(Math.log(scale!))
  for (const [place, value] of more.entries()) all[dimensions + place] = Math.log(value)
  return all
}
const LOWER = [1e-6, 1e-3, 1e-7, 1e-3, 1e-2]
const UPPER = [1e4, 1e2, 1, 1e2, 1e4]

/**
 * Where a fit begins when nothing better is known. Longer length scales explain everything as noise, where a fit can get
 * stuck; from shorter ones it finds its way, and from the middle of the prior it finds functions that are nearly flat.
 */
export function priorStarts(dimensions: number): readonly Float64Array[] {
  const { mean, deviation } = inverseScalePrior(dimensions)
  return [1, 0.3].map((deviations) => {
    const theta = new Float64Array(dimensions + MORE).fill(mean + deviations * deviation)
    for (let place = 0; place < MORE; place++)
      theta[dimensions + place] = priorOf(dimensions, dimensions + place).mean
    return theta
  })
}

/**
 * The parameters with the highest posterior density found by at most `evaluations` calls from each start. One evaluation
 * takes O(n³ + n²·D).
 */
export function fitGp(data: GpData, starts: readonly Float64Array[], evaluations: number): Float64Array {
  const dimensions = data.categorical.length
  const options = {
    lower: ends(dimensions, LOWER),
    upper: ends(dimensions, UPPER),
    evaluations,
    gradientTolerance: 1e-2,
    valueTolerance: 1e-5,
  }
  const objective = negativeLogPosterior(data)
  let best = minimizeInBox(objective, starts[0]!, options)
  for (const start of starts.slice(1)) {
    const other = minimizeInBox(objective, start, options)
    if (!(other.value >= best.value)) best = other
  }
  return best.x
}

/** −ln p(y | θ) − ln p(θ) up to a constant, with its gradient: Rasmussen & Williams 2006, eqs. 5.8 and 5.9. */
export function negativeLogPosterior({ rows, y, categorical }: GpData) {
  const n = rows.length
  const dimensions = categorical.length
  const pairs = (n * (n - 1)) / 2
  // Squared differences by axis, for i > j at i(i−1)/2 + j.
  const squares = Array.from({ length: dimensions }, (_, d) => {
    const column = new Float64Array(pairs)
    for (let i = 1, p = 0; i < n; i++) {
      for (let j = 0; j < i; j++, p++) {
        const difference = rows[i]![d]! - rows[j]![d]!
        column[p] = categorical[d] ? Number(difference !== 0) : difference * difference
      }
    }
    return column
  })
  const q = new Float64Array(pairs)
  const mains = new Float64Array(pairs)
  const slopes = new Float64Array(pairs)
  const lower = new Float64Array(n * n)

  return (theta: Float64Array, gradient: Float64Array): number => {
    const joint = Math.exp(theta[dimensions + JOINT]!)
    const noise = Math.exp(theta[dimensions + NOISE]!)
    const main = Math.exp(theta[dimensions + MAIN]!)
    const stretch = Math.exp(theta[dimensions + STRETCH]!)
    const share = main / dimensions
    q.fill(0)
    mains.fill(0)
    for (let d = 0; d < dimensions; d++) {
      const weight = Math.exp(theta[d]!)
      const column = squares[d]!
      const along = stretch * weight
      for (let p = 0; p < pairs; p++) {
        const square = column[p]!
        q[p]! += weight * square
        mains[p]! += 1 / (1 + along * square)
      }
    }
    for (let i = 0, p = 0; i < n; i++) {
      for (let j = 0; j < i; j++, p++) {
        const r = ROOT5 * Math.sqrt(q[p]!)
        const decay = joint * Math.exp(-r)
        lower[i * n + j] = (1 + r + (5 / 3) * q[p]!) * decay + share * mains[p]!
        slopes[p] = (-5 / 6) * (1 + r) * decay
      }
      lower[i * n + i] = joint + main + noise
    }
    if (!choleskyInPlace(lower, n)) return Number.NaN
    const alpha = y.slice()
    solveLower(lower, n, alpha)
    let value = 0
    for (let i = 0; i < n; i++) value += 0.5 * alpha[i]! * alpha[i]! + Math.log(lower[i * n + i]!)
    solveUpper(lower, n, alpha)
    const inverse = inverseOf({ lower, n, jitter: 0 })

    // B = αᵀα − K⁻¹ against the derivative of each entry; entries off the diagonal count twice.
    let trace = 0
    let byAll = 0
    let byMain = 0
    for (let i = 0, p = 0; i < n; i++) {
      for (let j = 0; j < i; j++, p++) {
        const b = alpha[i]! * alpha[j]! - inverse[i * n + j]!
        slopes[p]! *= b // from here on: the weight of the pair's squared differences
        byMain += 2 * b * share * mains[p]!
        q[p] = b // not needed any more; from here on: the pair's entry of B
      }
      trace += alpha[i]! * alpha[i]! - inverse[i * n + i]!
      // Σ_j B_ij·K_ij = α_i·(K·α)_i − 1.
      byAll += alpha[i]! * y[i]! - 1
    }
    byMain += main * trace
    let byStretch = 0
    for (let d = 0; d < dimensions; d++) {
      const column = squares[d]!
      const weight = Math.exp(theta[d]!)
      const along = stretch * weight
      let sum = 0
      let alone = 0
      for (let p = 0; p < pairs; p++) {
        const square = column[p]!
        const inner = 1 / (1 + along * square)
        sum += slopes[p]! * square
        alone -= q[p]! * square * inner * inner
      }
      alone *= along * share
      gradient[d] = -weight * sum - alone
      byStretch += alone
    }
    gradient[dimensions + JOINT] = -0.5 * (byAll - byMain - noise * trace)
    gradient[dimensions + NOISE] = -0.5 * noise * trace
    gradient[dimensions + MAIN] = -0.5 * byMain
    gradient[dimensions + STRETCH] = -byStretch

    for (let i = 0; i < dimensions + MORE; i++) {
      const { mean, deviation } = priorOf(dimensions, i)
      const z = (theta[i]! - mean) / deviation
      value += 0.5 * z * z
      gradient[i]! += z / deviation
    }
    return value
  }
}

export interface Prediction {
  readonly mean: number
  /** Of the function itself, without noise. Never below a millionth of a millionth. */
  readonly variance: number
}

export interface Posterior {
  readonly predict: (row: ArrayLike<number>) => Prediction
  /** As `predict`, and writes the derivatives by the coordinates; those by categories are 0. */
  readonly predictWithSlopes: (
    row: ArrayLike<number>,
    meanSlopes: Float64Array,
    varianceSlopes: Float64Array,
  ) => Prediction
  /** Inverse squared length scales. */
  readonly weights: Float64Array
  readonly noise: number
  /**
   * What the process would have said of each known row without it: Rasmussen & Williams 2006, eq. 5.12. O(n³), so ask once.
   */
  readonly leftOut: () => Float64Array
  /** The mean at each known row: what was told there less what is taken for noise, y − noise·α. */
  readonly means: () => Float64Array
}

const LEAST_VARIANCE = 1e-12

/** How rows are compared. The first `reals` of the coordinates are real and in length scales, the others are categories. */
interface Measure {
  readonly reals: number
  readonly dimensions: number
  readonly stretch: number
  readonly joint: number
  /** Of each axis in the sum of kernels. */
  readonly share: number
  /** By axis: what unequal categories add to q, and what is left of an axis's own kernel then. */
  readonly penalties: Float64Array
  readonly unequal: Float64Array
}

/** Between `here` and each of the first n rows of `flat`, with Σ w_d·q_d in `sums`. A search spends most of its time here. */
function covariances(
  { reals, dimensions, stretch, joint, share, penalties, unequal }: Measure,
  here: Float64Array,
  flat: Float64Array,
  n: number,
  into: Float64Array,
  sums: Float64Array,
): void {
  const paired = reals - (reals % 2)
  for (let i = 0, at = 0; i < n; i++, at += dimensions) {
    let q = 0
    let mains = 0
    let d = 0
    for (; d < paired; d += 2) {
      const one = here[d]! - flat[at + d]!
      const two = here[d + 1]! - flat[at + d + 1]!
      const a = one * one
      const b = two * two
      q += a + b
      // 1/(1 + s·a) + 1/(1 + s·b) with one division, which takes as long as all else together.
      const sum = stretch * (a + b)
      mains += (2 + sum) / (1 + sum + stretch * a * (stretch * b))
    }
    if (d < reals) {
      const one = here[d]! - flat[at + d]!
      q += one * one
      mains += 1 / (1 + stretch * one * one)
    }
    for (d = reals; d < dimensions; d++) {
      if (here[d]! === flat[at + d]!) mains += 1
      else {
        q += penalties[d]!
        mains += unequal[d]!
      }
    }
    sums[i] = q
    into[i] = joint * matern(q) + share * mains
  }
}

/** Adds the slopes of the i-th covariance by the real coordinates, `slope` being that of the joint part by q, times two factors. */
function addSlopes(
  { reals, dimensions, stretch, share }: Measure,
  here: Float64Array,
  flat: Float64Array,
  i: number,
  slope: number,
  forMean: number,
  forVariance: number,
  byMean: Float64Array,
  byVariance: Float64Array,
): void {
  const steep = share * stretch
  for (let d = 0, at = i * dimensions; d < reals; d++, at++) {
    const difference = here[d]! - flat[at]!
    const inner = 1 / (1 + stretch * difference * difference)
    const along = (slope - steep * inner * inner) * difference
    byMean[d]! += forMean * along
    byVariance[d]! += forVariance * along
  }
}

/**
 * The process given the data, and for its variance also given that the function will be known at `pending`. That is the
 * kriging believer (Ginsbourger et al. 2010, §3.1): told the mean where a trial runs, the mean stays what it is.
 * Undefined when the kernel matrix cannot be factored.
 */
export function posteriorOf(
  { rows, y, categorical }: GpData,
  theta: Float64Array,
  pending: readonly Float64Array[] = [],
): Posterior | undefined {
  const dimensions = categorical.length
  const weights = theta.slice(0, dimensions).map(Math.exp)
  const joint = Math.exp(theta[dimensions + JOINT]!)
  const noise = Math.exp(theta[dimensions + NOISE]!)
  const main = Math.exp(theta[dimensions + MAIN]!)
  const stretch = Math.exp(theta[dimensions + STRETCH]!)
  const share = main / Math.max(dimensions, 1)
  const signal = joint + main
  const known = rows.length
  const all = [...rows, ...pending]
  const n = all.length
  // Real axes come first and are measured in length scales, so that the inner loop is a sum of squares.
  const axes = Array.from({ length: dimensions }, (_, d) => d).sort(
    (a, b) => categorical[a]! - categorical[b]! || a - b,
  )
  const reals = axes.filter((d) => !categorical[d]).length
  const scales = axes.map((d) => (categorical[d] ? 1 : Math.sqrt(weights[d]!)))
  const scaled = (row: ArrayLike<number>, into: Float64Array, offset: number) => {
    for (let i = 0; i < dimensions; i++) into[offset + i] = row[axes[i]!]! * scales[i]!
  }
  const flat = new Float64Array(n * dimensions)
  for (let i = 0; i < n; i++) scaled(all[i]!, flat, i * dimensions)
  const here = new Float64Array(dimensions)

  const k = new Float64Array(n)
  const sums = new Float64Array(n)
  const measure: Measure = {
    reals,
    dimensions,
    stretch,
    joint,
    share,
    penalties: Float64Array.from(axes, (d) => weights[d]!),
    unequal: Float64Array.from(axes, (d) => 1 / (1 + stretch * weights[d]!)),
  }
  const matrix = new Float64Array(n * n)
  for (let i = 0; i < n; i++) {
    scaled(all[i]!, here, 0)
    covariances(measure, here, flat, i, k, sums)
    for (let j = 0; j < i; j++) matrix[i * n + j] = k[j]!
    matrix[i * n + i] = signal + noise
  }
  const factor: Factor | undefined = cholesky(matrix, n)
  if (factor === undefined) return undefined
  const { lower } = factor
  // The factor of the first rows is the corner of the factor of all.
  const alpha = y.slice()
  solveLower(lower, known, alpha, n)
  solveUpper(lower, known, alpha, n)

  const v = new Float64Array(n)
  const byMean = new Float64Array(reals)
  const byVariance = new Float64Array(reals)
  const predict = (row: ArrayLike<number>): Prediction => {
    scaled(row, here, 0)
    covariances(measure, here, flat, n, v, sums)
    const mean = dot(v, 0, alpha, 0, known)
    solveLower(lower, n, v)
    const variance = signal - dot(v, 0, v, 0, n)
    return { mean, variance: Math.max(variance, LEAST_VARIANCE) }
  }
  return {
    weights,
    noise,
    means: () => y.map((value, i) => value - (noise + factor.jitter) * alpha[i]!),
    leftOut: () => {
      const corner = new Float64Array(known * known)
      for (let i = 0; i < known; i++) corner.set(lower.subarray(i * n, i * n + known), i * known)
      const inverse = inverseOf({ n: known, lower: corner, jitter: 0 })
      return y.map((value, i) => value - alpha[i]! / inverse[i * known + i]!)
    },
    predict,
    predictWithSlopes: (row, meanSlopes, varianceSlopes) => {
      scaled(row, here, 0)
      covariances(measure, here, flat, n, v, sums)
      const mean = dot(v, 0, alpha, 0, known)
      for (let i = 0; i < n; i++) k[i] = joint * maternSlope(sums[i]!)
      solveLower(lower, n, v)
      const variance = signal - dot(v, 0, v, 0, n)
      solveUpper(lower, n, v)
      meanSlopes.fill(0)
      varianceSlopes.fill(0)
      byMean.fill(0)
      byVariance.fill(0)
      for (let i = 0; i < n; i++) {
        const forMean = i < known ? alpha[i]! : 0
        addSlopes(measure, here, flat, i, k[i]!, forMean, -2 * v[i]!, byMean, byVariance)
      }
      for (let d = 0; d < reals; d++) {
        meanSlopes[axes[d]!] = 2 * scales[d]! * byMean[d]!
        varianceSlopes[axes[d]!] = 2 * scales[d]! * byVariance[d]!
      }
      return { mean, variance: Math.max(variance, LEAST_VARIANCE) }
    },
  }
}
