/**
 * Gaussian process regression with a Matérn-5/2 kernel and one length scale per axis. Rows have D coordinates; on a
 * categorical axis two coordinates are equal or not, elsewhere their difference counts. Parameters are logarithms, D + 2 of
 * them: the inverse squared length scales, the signal's variance, the noise's variance.
 */
import { cholesky, choleskyInPlace, type Factor, inverseOf, solveLower, solveUpper } from './cholesky.ts'
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
/** Standardised values have a variance of one. */
const SIGNAL_PRIOR: Normal = { mean: 0, deviation: 1 }
/** Little noise is expected, but any share up to all of it is within two deviations. */
const NOISE_PRIOR: Normal = { mean: Math.log(1e-3), deviation: 3 }

const LOWER = { scale: Math.log(1e-6), signal: Math.log(1e-2), noise: Math.log(1e-7) }
const UPPER = { scale: Math.log(1e4), signal: Math.log(1e2), noise: Math.log(1) }

/**
 * Where a fit begins when nothing better is known. Longer length scales explain everything as noise, where a fit can get
 * stuck; from shorter ones it finds its way, and from the middle of the prior it finds functions that are nearly flat.
 */
export function priorStarts(dimensions: number): readonly Float64Array[] {
  const { mean, deviation } = inverseScalePrior(dimensions)
  return [1, 0.3].map((deviations) => {
    const theta = new Float64Array(dimensions + 2).fill(mean + deviations * deviation)
    theta[dimensions] = 0
    theta[dimensions + 1] = NOISE_PRIOR.mean
    return theta
  })
}

/**
 * The parameters with the highest posterior density found by at most `evaluations` calls from each start. One evaluation
 * takes O(n³ + n²·D).
 */
export function fitGp(data: GpData, starts: readonly Float64Array[], evaluations: number): Float64Array {
  const dimensions = data.categorical.length
  const ends = (which: typeof LOWER) => {
    const all = new Float64Array(dimensions + 2).fill(which.scale)
    all[dimensions] = which.signal
    all[dimensions + 1] = which.noise
    return all
  }
  const options = {
    lower: ends(LOWER),
    upper: ends(UPPER),
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
  const prior = inverseScalePrior(dimensions)
  const q = new Float64Array(pairs)
  const slopes = new Float64Array(pairs)
  const lower = new Float64Array(n * n)

  return (theta: Float64Array, gradient: Float64Array): number => {
    const signal = Math.exp(theta[dimensions]!)
    const noise = Math.exp(theta[dimensions + 1]!)
    q.fill(0)
    for (let d = 0; d < dimensions; d++) {
      const weight = Math.exp(theta[d]!)
      const column = squares[d]!
      for (let p = 0; p < pairs; p++) q[p]! += weight * column[p]!
    }
    for (let i = 0, p = 0; i < n; i++) {
      for (let j = 0; j < i; j++, p++) {
        const r = ROOT5 * Math.sqrt(q[p]!)
        const decay = signal * Math.exp(-r)
        lower[i * n + j] = (1 + r + (5 / 3) * q[p]!) * decay
        slopes[p] = (-5 / 6) * (1 + r) * decay
      }
      lower[i * n + i] = signal + noise
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
    let bySignal = 0
    gradient.fill(0)
    for (let i = 0, p = 0; i < n; i++) {
      for (let j = 0; j < i; j++, p++) {
        const b = alpha[i]! * alpha[j]! - inverse[i * n + j]!
        slopes[p]! *= b // from here on: the weight of the pair's squared differences
      }
      trace += alpha[i]! * alpha[i]! - inverse[i * n + i]!
      // Σ_j B_ij·K_ij = α_i·(K·α)_i − 1, less the noise on the diagonal.
      bySignal += alpha[i]! * y[i]! - 1
    }
    for (let d = 0; d < dimensions; d++) {
      const column = squares[d]!
      let sum = 0
      for (let p = 0; p < pairs; p++) sum += slopes[p]! * column[p]!
      gradient[d] = -Math.exp(theta[d]!) * sum
    }
    gradient[dimensions] = -0.5 * (bySignal - noise * trace)
    gradient[dimensions + 1] = -0.5 * noise * trace

    for (let i = 0; i < dimensions + 2; i++) {
      const { mean, deviation } = i < dimensions ? prior : i === dimensions ? SIGNAL_PRIOR : NOISE_PRIOR
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
}

const LEAST_VARIANCE = 1e-12

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
  const signal = Math.exp(theta[dimensions]!)
  const noise = Math.exp(theta[dimensions + 1]!)
  const known = rows.length
  const all = [...rows, ...pending]
  const n = all.length
  // Real axes come first and are measured in length scales, so that the inner loop is a sum of squares.
  const axes = Array.from({ length: dimensions }, (_, d) => d).sort(
    (a, b) => categorical[a]! - categorical[b]! || a - b,
  )
  const reals = axes.filter((d) => !categorical[d]).length
  const scales = axes.map((d) => (categorical[d] ? 1 : Math.sqrt(weights[d]!)))
  const penalties = axes.map((d) => weights[d]!)
  const scaled = (row: ArrayLike<number>, into: Float64Array, offset: number) => {
    for (let i = 0; i < dimensions; i++) into[offset + i] = row[axes[i]!]! * scales[i]!
  }
  const flat = new Float64Array(n * dimensions)
  for (let i = 0; i < n; i++) scaled(all[i]!, flat, i * dimensions)
  const here = new Float64Array(dimensions)

  /** Between the row that `here` holds and a known one. */
  const distance = (i: number): number => {
    let q = 0
    const offset = i * dimensions
    for (let d = 0; d < reals; d++) {
      const difference = here[d]! - flat[offset + d]!
      q += difference * difference
    }
    for (let d = reals; d < dimensions; d++) if (here[d] !== flat[offset + d]) q += penalties[d]!
    return q
  }
  const matrix = new Float64Array(n * n)
  for (let i = 0; i < n; i++) {
    scaled(all[i]!, here, 0)
    for (let j = 0; j < i; j++) matrix[i * n + j] = signal * matern(distance(j))
    matrix[i * n + i] = signal + noise
  }
  const factor: Factor | undefined = cholesky(matrix, n)
  if (factor === undefined) return undefined
  const { lower } = factor
  // The factor of the first rows is the corner of the factor of all.
  const alpha = y.slice()
  solveLower(lower, known, alpha, n)
  solveUpper(lower, known, alpha, n)

  const k = new Float64Array(n)
  const v = new Float64Array(n)
  const byMean = new Float64Array(reals)
  const byVariance = new Float64Array(reals)
  const predict = (row: ArrayLike<number>): Prediction => {
    let mean = 0
    scaled(row, here, 0)
    for (let i = 0; i < n; i++) {
      const value = signal * matern(distance(i))
      v[i] = value
      if (i < known) mean += value * alpha[i]!
    }
    solveLower(lower, n, v)
    let variance = signal
    for (let i = 0; i < n; i++) variance -= v[i]! * v[i]!
    return { mean, variance: Math.max(variance, LEAST_VARIANCE) }
  }
  return {
    weights,
    noise,
    leftOut: () => {
      const corner = new Float64Array(known * known)
      for (let i = 0; i < known; i++) corner.set(lower.subarray(i * n, i * n + known), i * known)
      const inverse = inverseOf({ n: known, lower: corner, jitter: 0 })
      return y.map((value, i) => value - alpha[i]! / inverse[i * known + i]!)
    },
    predict,
    predictWithSlopes: (row, meanSlopes, varianceSlopes) => {
      let mean = 0
      scaled(row, here, 0)
      for (let i = 0; i < n; i++) {
        const q = distance(i)
        const value = signal * matern(q)
        k[i] = signal * maternSlope(q)
        v[i] = value
        if (i < known) mean += value * alpha[i]!
      }
      solveLower(lower, n, v)
      let variance = signal
      for (let i = 0; i < n; i++) variance -= v[i]! * v[i]!
      solveUpper(lower, n, v)
      meanSlopes.fill(0)
      varianceSlopes.fill(0)
      byMean.fill(0)
      byVariance.fill(0)
      for (let i = 0; i < n; i++) {
        const offset = i * dimensions
        const forMean = i < known ? alpha[i]! * k[i]! : 0
        const forVariance = -2 * v[i]! * k[i]!
        for (let d = 0; d < reals; d++) {
          const slope = here[d]! - flat[offset + d]!
          byMean[d]! += forMean * slope
          byVariance[d]! += forVariance * slope
        }
      }
      for (let d = 0; d < reals; d++) {
        meanSlopes[axes[d]!] = 2 * scales[d]! * byMean[d]!
        varianceSlopes[axes[d]!] = 2 * scales[d]! * byVariance[d]!
      }
      return { mean, variance: Math.max(variance, LEAST_VARIANCE) }
    },
  }
}
