/** What the parameters of a Gaussian process are, given data: priors, density and its maximum. */
import { choleskyInPlace, inverseOf, solveLower, solveUpper } from './cholesky.ts'
import { dot } from './dot.ts'
import { type GpData, isBent, JOINT, MAIN, MORE, NOISE, ROOT5, STRETCH } from './gp-kernel.ts'
import { warpInto } from './input-warp.ts'
import { type Minimum, minimizeInBox, type Objective } from './minimize.ts'

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

/** An axis is probably as it should be: Snoek et al. 2014, §4.2, "Input warping for Bayesian optimization of non-stationary functions". */
const BEND_PRIOR: Normal = { mean: 0, deviation: 0.5 }

const priorOf = (dimensions: number, i: number): Normal => {
  if (i < dimensions) return inverseScalePrior(dimensions)
  const place = i - dimensions
  if (place >= MORE) return BEND_PRIOR
  return place === NOISE ? NOISE_PRIOR : place === STRETCH ? stretchPrior(dimensions) : SIGNAL_PRIOR
}

/** Least and greatest values of weights, joint, noise, main, stretch, bends. */
const LOWER = [1e-6, 1e-3, 1e-7, 1e-3, 1e-2, 1 / 8]
const UPPER = [1e4, 1e2, 1, 1e2, 1e4, 8]

/** The same of θ, which has `length` numbers. */
function ends(length: number, dimensions: number, values: readonly number[]): Float64Array {
  const [weight, ...more] = values.map(Math.log)
  const all = new Float64Array(length).fill(more[MORE]!)
  all.fill(weight!, 0, dimensions)
  all.set(more.slice(0, MORE), dimensions)
  return all
}

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
 * takes O(n³ + n²·D). Axes are bent if the starts say how, all of them or none.
 */
export function fitGp(data: GpData, starts: readonly Float64Array[], evaluations: number): Minimum {
  const dimensions = data.categorical.length
  const { length } = starts[0]!
  const options = {
    lower: ends(length, dimensions, LOWER),
    upper: ends(length, dimensions, UPPER),
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
  return best
}

/** Real axes as θ bends them: the coordinate of each row, and its derivatives by ln a and ln b. */
interface Bent {
  readonly w: Float64Array
  readonly byA: Float64Array
  readonly byB: Float64Array
}

/** Squared differences of n coordinates, for i > j at i(i−1)/2 + j. */
function squareInto(column: Float64Array, at: ArrayLike<number>, n: number): void {
  for (let i = 1, p = 0; i < n; i++) {
    const here = at[i]!
    for (let j = 0; j < i; j++, p++) {
      const difference = here - at[j]!
      column[p] = difference * difference
    }
  }
}

/** What the evaluations of one fit work in. Pairs of rows i > j lie at i(i−1)/2 + j. */
interface Workspace {
  readonly data: GpData
  /** Squared differences by axis. */
  readonly squares: readonly Float64Array[]
  readonly bends: readonly Bent[]
  readonly q: Float64Array
  readonly mains: Float64Array
  readonly slopes: Float64Array
  readonly lower: Float64Array
  readonly transposed: Float64Array
  readonly inverse: Float64Array
  /** What draws at the coordinate of each row. */
  readonly pulls: Float64Array
}

/** −ln p(y | θ) − ln p(θ) up to a constant, with its gradient: Rasmussen & Williams 2006, eqs. 5.8 and 5.9. */
export function negativeLogPosterior(data: GpData): Objective {
  const { rows, categorical } = data
  const n = rows.length
  const pairs = (n * (n - 1)) / 2
  const squares = Array.from(categorical, (unordered, d) => {
    const column = new Float64Array(pairs)
    const at = Float64Array.from(rows, (row) => row[d]!)
    squareInto(column, at, n)
    return unordered ? column.map((square) => Number(square > 0)) : column
  })
  const some = () => new Float64Array(n)
  const more = () => new Float64Array(pairs)
  const work: Workspace = {
    data,
    squares,
    bends: squares.map(() => ({ w: some(), byA: some(), byB: some() })),
    q: more(),
    mains: more(),
    slopes: more(),
    lower: new Float64Array(n * n),
    transposed: new Float64Array(n * n),
    inverse: new Float64Array(n * n),
    pulls: some(),
  }
  // One function for all fits: what is compiled of a closure is thrown away with the last one of its kind, between two requests.
  return (theta, gradient) => densityAt(work, theta, gradient)
}

function bend({ data, bends, squares }: Workspace, theta: Float64Array): void {
  const { rows, categorical } = data
  const dimensions = categorical.length
  const bendsAt = dimensions + MORE
  for (const [d, bent] of bends.entries()) {
    if (categorical[d]) continue
    const a = Math.exp(theta[bendsAt + d]!)
    const b = Math.exp(theta[bendsAt + dimensions + d]!)
    for (let i = 0; i < rows.length; i++) warpInto(rows[i]![d]!, a, b, i, bent)
    squareInto(squares[d]!, bent.w, rows.length)
  }
}

function densityAt(work: Workspace, theta: Float64Array, gradient: Float64Array): number {
  const { data, squares, bends, q, mains, slopes, lower, inverse, pulls } = work
  const { y, categorical } = data
  const n = y.length
  const dimensions = categorical.length
  const bendsAt = dimensions + MORE
  const pairs = q.length
  const bent = isBent(theta, dimensions)
  if (bent) bend(work, theta)
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
  inverseOf({ lower, n, jitter: 0 }, work.transposed, inverse)

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
    if (bent) {
      // The derivative by a squared difference is that by the weight, but for the factor; and d²/dw = 2d.
      pulls.fill(0)
      const { w, byA, byB } = bends[d]!
      for (let i = 1, p = 0; i < n && !categorical[d]; i++) {
        let pull = 0
        for (let j = 0; j < i; j++, p++) {
          const inner = 1 / (1 + along * column[p]!)
          const slope = along * share * q[p]! * inner * inner - weight * slopes[p]!
          const force = 2 * slope * (w[i]! - w[j]!)
          pull += force
          pulls[j]! -= force
        }
        pulls[i]! += pull
      }
      gradient[bendsAt + d] = dot(pulls, 0, byA, 0, n)
      gradient[bendsAt + dimensions + d] = dot(pulls, 0, byB, 0, n)
    }
    alone *= along * share
    gradient[d] = -weight * sum - alone
    byStretch += alone
  }
  gradient[dimensions + JOINT] = -0.5 * (byAll - byMain - noise * trace)
  gradient[dimensions + NOISE] = -0.5 * noise * trace
  gradient[dimensions + MAIN] = -0.5 * byMain
  gradient[dimensions + STRETCH] = -byStretch

  for (let i = 0; i < theta.length; i++) {
    const { mean, deviation } = priorOf(dimensions, i)
    const z = (theta[i]! - mean) / deviation
    value += 0.5 * z * z
    gradient[i]! += z / deviation
  }
  return value
}
