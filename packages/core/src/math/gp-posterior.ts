/** What a Gaussian process with given parameters says of points. */
import { cholesky, type Factor, inverseOf, solveLower, solveUpper } from './cholesky.ts'
import { dot } from './dot.ts'
import { type GpData, isBent, JOINT, MAIN, MORE, matern, maternSlope, NOISE, STRETCH } from './gp-kernel.ts'
import { warped, warpSlope } from './input-warp.ts'

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
  /** The posterior mean at each known row, y − noise·α. */
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

/** What predictions are worked out from, and where. */
interface State {
  readonly measure: Measure
  readonly bends: Bends | undefined
  /** Axes of rows in the order of the measure, and what their coordinates are multiplied by. */
  readonly axes: readonly number[]
  readonly scales: readonly number[]
  /** Rows of the data and then of running trials, as they are measured, one after the other. */
  readonly flat: Float64Array
  readonly n: number
  readonly known: number
  readonly signal: number
  readonly lower: Float64Array
  readonly alpha: Float64Array
  readonly here: Float64Array
  readonly sums: Float64Array
  readonly k: Float64Array
  readonly v: Float64Array
  readonly byMean: Float64Array
  readonly byVariance: Float64Array
}

/** By axis of a row. */
interface Bends {
  readonly a: Float64Array
  readonly b: Float64Array
}

/** A row as it is measured: bent, and in length scales. */
function measuredInto(
  { axes, scales, bends, measure }: Pick<State, 'axes' | 'scales' | 'bends' | 'measure'>,
  row: ArrayLike<number>,
  into: Float64Array,
  offset: number,
): void {
  for (let i = 0; i < axes.length; i++) {
    const axis = axes[i]!
    const x = row[axis]!
    const bent = bends === undefined || i >= measure.reals ? x : warped(x, bends.a[axis]!, bends.b[axis]!)
    into[offset + i] = bent * scales[i]!
  }
}

/**
 * The process given the data, and for its variance also given that the function will be known at `pending`. That is the
 * kriging believer (Ginsbourger et al. 2010, §3.1): conditioning on the mean at pending points leaves the mean unchanged.
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
  const bent = (place: number) => theta.slice(dimensions + MORE + place).map(Math.exp)
  const bends = isBent(theta, dimensions) ? { a: bent(0), b: bent(dimensions) } : undefined
  const measure: Measure = {
    reals,
    dimensions,
    stretch,
    joint,
    share: main / Math.max(dimensions, 1),
    penalties: Float64Array.from(axes, (d) => weights[d]!),
    unequal: Float64Array.from(axes, (d) => 1 / (1 + stretch * weights[d]!)),
  }
  const flat = new Float64Array(n * dimensions)
  for (let i = 0; i < n; i++) measuredInto({ axes, scales, bends, measure }, all[i]!, flat, i * dimensions)
  const k = new Float64Array(n)
  const sums = new Float64Array(n)
  const matrix = new Float64Array(n * n)
  for (let i = 0; i < n; i++) {
    const here = flat.subarray(i * dimensions, (i + 1) * dimensions)
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
  const state: State = {
    measure,
    bends,
    axes,
    scales,
    flat,
    n,
    known,
    signal,
    lower,
    alpha,
    here: new Float64Array(dimensions),
    sums,
    k,
    v: new Float64Array(n),
    byMean: new Float64Array(reals),
    byVariance: new Float64Array(reals),
  }
  // The work is done by functions of the module: what is compiled of a closure is thrown away with the last one of its kind.
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
    predict: (row) => predicted(state, row),
    predictWithSlopes: (row, meanSlopes, varianceSlopes) =>
      predictedWithSlopes(state, row, meanSlopes, varianceSlopes),
  }
}

function predicted(state: State, row: ArrayLike<number>): Prediction {
  const { measure, flat, n, known, signal, lower, alpha, here, sums, v } = state
  measuredInto(state, row, here, 0)
  covariances(measure, here, flat, n, v, sums)
  const mean = dot(v, 0, alpha, 0, known)
  solveLower(lower, n, v)
  const variance = signal - dot(v, 0, v, 0, n)
  return { mean, variance: Math.max(variance, LEAST_VARIANCE) }
}

function predictedWithSlopes(
  state: State,
  row: ArrayLike<number>,
  meanSlopes: Float64Array,
  varianceSlopes: Float64Array,
): Prediction {
  const { measure, bends, axes, scales, flat, n, known, lower, alpha, sums, here, k, v, byMean, byVariance } =
    state
  const prediction = predicted(state, row) // and v is L⁻¹ times the covariances, from here on
  for (let i = 0; i < n; i++) k[i] = measure.joint * maternSlope(sums[i]!)
  solveUpper(lower, n, v)
  meanSlopes.fill(0)
  varianceSlopes.fill(0)
  byMean.fill(0)
  byVariance.fill(0)
  for (let i = 0; i < n; i++) {
    const forMean = i < known ? alpha[i]! : 0
    addSlopes(measure, here, flat, i, k[i]!, forMean, -2 * v[i]!, byMean, byVariance)
  }
  for (let d = 0; d < measure.reals; d++) {
    const axis = axes[d]!
    const slope = bends === undefined ? 1 : warpSlope(row[axis]!, bends.a[axis]!, bends.b[axis]!)
    meanSlopes[axis] = 2 * slope * scales[d]! * byMean[d]!
    varianceSlopes[axis] = 2 * slope * scales[d]! * byVariance[d]!
  }
  return prediction
}
