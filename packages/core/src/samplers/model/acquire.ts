/** Maximizes the expected improvement over continuous, discrete and categorical axes together. */
import type { Posterior } from '../../math/gp-posterior.ts'
import { logImprovement, logNormalCdf, logNormalCdfWithSlope } from '../../math/mills.ts'
import { minimizeInBox, type Objective } from '../../math/minimize.ts'
import type { Rng } from '../../math/rng.ts'
import type { Params } from '../../schema/params.ts'
import { randomRow } from './adaptive.ts'
import { ABSENT, type Axis, type Row, type View } from './view.ts'

/** A constraint holds where the process is at most at the threshold. */
export interface Limit {
  readonly posterior: Posterior
  readonly threshold: number
}

export interface Acquisition {
  readonly posterior: Posterior
  /** The incumbent: the lowest posterior mean of the known points that keep all constraints; undefined when there is none. */
  readonly best: number | undefined
  readonly limits: readonly Limit[]
}

export interface AcquireOptions {
  /** Rows to sample around, best first, without absent coordinates. */
  readonly around: readonly Row[]
  /** Points that must not be suggested again. Called only when all axes are discrete; elsewhere points rarely coincide. */
  readonly isEvaluated: (params: Params) => boolean
  /** Number of random candidates, and number of local searches from the best of them. */
  readonly candidates: number
  readonly restarts: number
}

/** A row with absent coordinates imputed for the GP: a number is 0.5, a category is one more category. */
export const imputed = (axes: readonly Axis[], row: Row): Row =>
  row.map((x, a) => (x === ABSENT && axes[a]!.kind !== 'category' ? 0.5 : x))

interface Candidate {
  row: Row
  score: number
}

/** All that a search for the highest improvement candidates at, so that its steps can be functions of the module. */
interface Search {
  readonly view: View
  readonly acquisition: Acquisition
  readonly isEvaluated: AcquireOptions['isEvaluated']
  readonly isDiscrete: readonly boolean[]
  readonly allDiscrete: boolean
}

/** Best first. */
export function acquire(
  view: View,
  acquisition: Acquisition,
  rng: Rng,
  options: AcquireOptions,
): readonly Candidate[] {
  const isDiscrete = view.axes.map(({ levels, kind }) => kind === 'category' || levels !== undefined)
  const { isEvaluated } = options
  const search: Search = {
    view,
    acquisition,
    isEvaluated,
    isDiscrete,
    allDiscrete: !isDiscrete.includes(false),
  }
  const pool: Candidate[] = []
  const add = (row: Row) => {
    const allowed = view.allows(row) ? row : view.moved(row, options.around)
    if (allowed !== undefined) pool.push(scored(search, allowed))
  }
  for (let i = 0; i < options.candidates; i++) add(randomRow(view, rng))
  for (const row of options.around) for (const width of WIDTHS) add(nearby(view, row, width, rng))
  const picked = pick(pool, options.restarts, rng)
  const starts = acquisition.limits.length > 0 ? withinLimits(search, picked, options.around) : picked
  const improved = starts.map((start) => localSearch(search, start))
  return [...improved, ...pool].sort((a, b) => b.score - a.score || 0)
}

/**
 * Log expected improvement, times the probability that all constraints hold: Gardner et al. 2014, "Bayesian optimization with inequality
 * constraints", eq. 6. The probability alone as long as no known point keeps them.
 */
function scoreOf({ posterior, best, limits }: Acquisition, row: ArrayLike<number>): number {
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

/** The nearest valid point with its score. Absent coordinates keep their value. */
function scored(search: Search, target: ArrayLike<number>): Candidate {
  const { view, acquisition, isEvaluated, allDiscrete } = search
  const settled = view.settle(target)
  const { row } = settled
  const known = allDiscrete && isEvaluated(settled.params)
  const full = view.conditional ? imputed(view.axes, row) : row
  return { row: full, score: known ? Number.NEGATIVE_INFINITY : scoreOf(acquisition, full) }
}

/** Widths of the neighbourhoods of a good point, coarse to fine. */
const WIDTHS = [0.3, 0.1, 0.03, 0.01, 0.003, 0.001]

/** Moves about half of the axes, at least one: real ones by a normal step, others to a neighbour or another category. */
function nearby({ axes }: View, row: Row, width: number, rng: Rng): Row {
  const moved = Float64Array.from(row)
  const sure = rng.below(Math.max(axes.length, 1))
  for (const [a, axis] of axes.entries()) {
    if (a !== sure && rng.uniform() < 0.5) continue
    if (axis.kind === 'category') {
      if (a === sure || rng.uniform() < width) moved[a] = rng.below(axis.size)
      else if (moved[a] === ABSENT) moved[a] = rng.below(axis.size)
    } else {
      const step = (rng.uniform() + rng.uniform() + rng.uniform() - 1.5) * 2 * width
      const least = axis.kind === 'discrete' ? 1 / Math.max(1, axis.size - 1) : 0
      const sized = Math.sign(step) * Math.max(Math.abs(step), least)
      moved[a] = Math.min(1, Math.max(0, moved[a]! + sized))
    }
  }
  for (const [a, axis] of axes.entries())
    if (moved[a] === ABSENT) moved[a] = axis.kind === 'category' ? rng.below(axis.size) : 0.5
  return moved
}

/** The best one, and others at random in proportion to exp(score): restarts cover several modes. */
function pick(pool: readonly Candidate[], count: number, rng: Rng): Candidate[] {
  const left = pool.filter(({ score }) => Number.isFinite(score)).sort((a, b) => b.score - a.score || 0)
  const picked = left.splice(0, Math.ceil(count / 2))
  const top = left[0]?.score ?? 0
  while (picked.length < count && left.length > 0) {
    const weights = left.map(({ score }) => Math.exp(score - top))
    let u = rng.uniform() * weights.reduce((sum, weight) => sum + weight, 0)
    let at = 0
    while (at < left.length - 1 && u >= weights[at]!) u -= weights[at++]!
    picked.push(...left.splice(at, 1))
  }
  return picked
}

const STARTS_AT_LEADERS = 3
const ROUNDS = 3
const EVALUATIONS = 25
/** The probability of keeping constraints makes the score steep. */
const CONSTRAINED_EVALUATIONS = 60

/** Alternates gradient ascent on continuous axes and coordinate search on discrete ones, until neither improves. */
function localSearch(search: Search, start: Candidate): Candidate {
  const { acquisition, isDiscrete, allDiscrete } = search
  let current = start
  for (let round = 0; round < ROUNDS; round++) {
    const before = current.score
    if (!allDiscrete) {
      const target = gradientAscent(current.row, acquisition, isDiscrete)
      const allowed = search.view.allows(target) ? target : search.view.moved(target, [current.row])
      if (allowed !== undefined) current = better(current, scored(search, allowed))
    }
    if (!isDiscrete.includes(true)) break
    const moved = coordinateSearch(search, current)
    const gained = moved.score > current.score
    current = moved
    if (!gained || !(current.score > before + 1e-6)) break
  }
  return current
}

/** Where constraints bind, the points that keep them are few, and next to known ones: those are starts as well. */
function withinLimits(search: Search, picked: readonly Candidate[], around: readonly Row[]): Candidate[] {
  const leaders = around
    .slice(0, STARTS_AT_LEADERS)
    .map((row): Candidate => ({ row, score: scoreOf(search.acquisition, row) }))
  const [first, ...rest] = picked
  const moving = [...(first ? [first] : []), ...leaders].map((start) => better(start, relaxed(search, start)))
  return [...moving, ...rest]
}

/**
 * Discrete axes taken as continuous, then each set to a value next to where that led, so that they move together with the others: one
 * alone may not move without breaking a constraint.
 */
function relaxed(search: Search, start: Candidate): Candidate {
  const { view, acquisition } = search
  const { axes } = view
  if (axes.every(({ kind }) => kind !== 'discrete')) return start
  const fixed = axes.map(({ kind }) => kind === 'category')
  let row = gradientAscent(start.row, acquisition, fixed)
  for (const [a, axis] of axes.entries()) {
    if (axis.kind !== 'discrete') continue
    fixed[a] = true
    const from = row
    const [below, above] = valuesAround(axis, row[a]!).map((x) => {
      const at = Float64Array.from(from)
      at[a] = x
      const ascended = gradientAscent(at, acquisition, fixed)
      return { row: ascended, score: scoreOf(acquisition, ascended) }
    })
    row = better(below!, above!).row
  }
  const allowed = view.allows(row) ? row : view.moved(row, [start.row])
  return allowed === undefined ? start : scored(search, allowed)
}

/** The coordinates of the values of a discrete axis next to x: the nearest one, and the first one on the other side of x. */
function valuesAround({ decode, encode }: Axis, x: number): readonly [number, number] {
  const nearest = encode(decode(x)) ?? x
  const offset = x - nearest
  for (let reach = 1.01 * offset; offset !== 0 && Math.abs(reach) <= 1; reach *= 1.5) {
    const other = encode(decode(Math.min(1, Math.max(0, x + reach)))) ?? nearest
    if (other !== nearest) return [nearest, other]
  }
  return [nearest, nearest]
}

const better = (a: Candidate, b: Candidate): Candidate => (b.score > a.score ? b : a)

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

/** L-BFGS-B on the continuous axes, scaled by the length scales. */
function gradientAscent(from: Row, acquisition: Acquisition, isDiscrete: readonly boolean[]): Row {
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
    lower: new Float64Array(free.length),
    upper: scales,
    evaluations: acquisition.limits.length > 0 ? CONSTRAINED_EVALUATIONS : EVALUATIONS,
    gradientTolerance: 1e-4,
    valueTolerance: 1e-8,
  })
  for (const [i, a] of free.entries()) row[a] = Math.min(1, Math.max(0, x[i]! / scales[i]!))
  return row
}

/** Maximum number of values to try per axis; an even choice of longer lists. */
const MAX_TRIED = 16

function coordinateSearch(search: Search, start: Candidate): Candidate {
  let current = start
  for (const [a, axis] of search.view.axes.entries()) {
    const values = axis.kind === 'category' ? categoriesNear(current.row[a]!, axis.size) : axis.levels
    if (values === undefined) continue
    const here = current.row
    for (const value of values) {
      if (value === here[a]) continue
      const target = Float64Array.from(here, (x) => (x === ABSENT ? 0 : x))
      target[a] = value
      if (!search.view.allows(target)) continue
      current = better(current, scored(search, target))
    }
  }
  return current
}

function categoriesNear(x: number, size: number): readonly number[] {
  if (size <= MAX_TRIED) return Array.from({ length: size }, (_, i) => i)
  // The GP cannot rank categories that were never tried, so an even choice is enough.
  return Array.from({ length: MAX_TRIED }, (_, i) => Math.floor(((x + 1 + i * size) / MAX_TRIED) % size))
}
