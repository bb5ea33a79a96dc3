/** Looks for the point with the highest expected improvement, over ranges, lattices and categories at once. */
import type { Posterior } from '../../math/gp-posterior.ts'
import { logImprovement } from '../../math/mills.ts'
import { minimizeInBox, type Objective } from '../../math/minimize.ts'
import type { Rng } from '../../math/rng.ts'
import type { Params } from '../../schema/params.ts'
import { randomRow } from './adaptive.ts'
import { ABSENT, type Axis, type Row, type View } from './view.ts'

export interface Acquisition {
  readonly posterior: Posterior
  /** The least mean among what is known: what has to be improved on. */
  readonly best: number
}

export interface AcquireOptions {
  /** Rows to look around, best first, without absent coordinates. */
  readonly around: readonly Row[]
  /** Points that shall not be proposed again. Asked only where all is discrete; elsewhere points rarely coincide. */
  readonly seen: (params: Params) => boolean
  /** How many rows are looked at before the climb, and from how many it begins. */
  readonly looks: number
  readonly starts: number
}

/** As the process sees a row: where an axis does not exist, a real one is in its middle, a category is one of its own. */
export const imputed = (axes: readonly Axis[], row: Row): Row =>
  row.map((x, a) => (x === ABSENT && axes[a]!.kind !== 'category' ? 0.5 : x))

interface Candidate {
  row: Row
  score: number
}

/** All that a search for the highest improvement looks at, so that its steps can be functions of the module. */
interface Seeking {
  readonly view: View
  readonly acquisition: Acquisition
  readonly seen: AcquireOptions['seen']
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
  const isDiscrete = view.axes.map(({ places, kind }) => kind === 'category' || places !== undefined)
  const { seen } = options
  const seeking: Seeking = { view, acquisition, seen, isDiscrete, allDiscrete: !isDiscrete.includes(false) }
  const pool: Candidate[] = []
  for (let i = 0; i < options.looks; i++) pool.push(judged(seeking, randomRow(view, rng)))
  for (const row of options.around)
    for (const width of WIDTHS) pool.push(judged(seeking, nearby(view, row, width, rng)))
  const climbed = pick(pool, options.starts, rng).map((start) => climb(seeking, start))
  return [...climbed, ...pool].sort((a, b) => b.score - a.score || 0)
}

/** The logarithm of the expected improvement. */
function scoreOf({ posterior, best }: Acquisition, row: ArrayLike<number>): number {
  const { mean, variance } = posterior.predict(row)
  const deviation = Math.sqrt(variance)
  return Math.log(deviation) + logImprovement((best - mean) / deviation).value
}

/** The nearest point that exists, and what it is worth. Coordinates that do not exist keep what they had. */
function judged({ view, acquisition, seen, allDiscrete }: Seeking, wish: ArrayLike<number>): Candidate {
  const settled = view.settle(wish)
  const { row } = settled
  const known = allDiscrete && seen(settled.params)
  const full = view.conditional ? imputed(view.axes, row) : row
  return { row: full, score: known ? Number.NEGATIVE_INFINITY : scoreOf(acquisition, full) }
}

/** Widths around a good point, from a wide look to a fine one; a factor of about three between them. */
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
      const least = axis.kind === 'lattice' ? 1 / Math.max(1, axis.size - 1) : 0
      const sized = Math.sign(step) * Math.max(Math.abs(step), least)
      moved[a] = Math.min(1, Math.max(0, moved[a]! + sized))
    }
  }
  for (const [a, axis] of axes.entries())
    if (moved[a] === ABSENT) moved[a] = axis.kind === 'category' ? rng.below(axis.size) : 0.5
  return moved
}

/** The best one, and others at random in proportion to exp(score): several hills are climbed. */
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

const ROUNDS = 3
const EVALUATIONS = 25

/** Real axes by their slopes, then discrete ones value by value, until neither gains. */
function climb(seeking: Seeking, start: Candidate): Candidate {
  const { acquisition, isDiscrete, allDiscrete } = seeking
  let current = start
  for (let round = 0; round < ROUNDS; round++) {
    const before = current.score
    if (!allDiscrete) current = better(current, judged(seeking, slide(current.row, acquisition, isDiscrete)))
    if (!isDiscrete.includes(true)) break
    const exchanged = exchange(seeking, current)
    const gained = exchanged.score > current.score
    current = exchanged
    if (!gained || !(current.score > before + 1e-6)) break
  }
  return current
}

const better = (a: Candidate, b: Candidate): Candidate => (b.score > a.score ? b : a)

/** What is climbed along some axes of a row. */
interface Hill {
  readonly acquisition: Acquisition
  readonly free: readonly number[]
  readonly scales: readonly number[]
  readonly row: Float64Array
  readonly meanSlopes: Float64Array
  readonly varianceSlopes: Float64Array
}

/** How little improvement is expected at x, in length scales along the free axes. */
function depth(hill: Hill, x: Float64Array, gradient: Float64Array): number {
  const { acquisition, free, scales, row, meanSlopes, varianceSlopes } = hill
  const { posterior, best } = acquisition
  for (let i = 0; i < free.length; i++) row[free[i]!] = x[i]! / scales[i]!
  const { mean, variance } = posterior.predictWithSlopes(row, meanSlopes, varianceSlopes)
  const deviation = Math.sqrt(variance)
  const z = (best - mean) / deviation
  const { value, slope } = logImprovement(z)
  for (let i = 0; i < free.length; i++) {
    const a = free[i]!
    const byDeviation = varianceSlopes[a]! / (2 * deviation)
    const byZ = (-meanSlopes[a]! - z * byDeviation) / deviation
    gradient[i] = -(byDeviation / deviation + slope * byZ) / scales[i]!
  }
  return -(Math.log(deviation) + value)
}

/** Uphill along the real axes; the length scales make them equally steep. */
function slide(from: Row, { posterior, best }: Acquisition, isDiscrete: readonly boolean[]): Row {
  const free = isDiscrete.flatMap((discrete, a) => (discrete ? [] : [a]))
  const scales = free.map((a) => Math.sqrt(Math.max(posterior.weights[a]!, 1e-4)))
  const row = Float64Array.from(from)
  const meanSlopes = new Float64Array(row.length)
  const varianceSlopes = new Float64Array(row.length)
  const hill: Hill = { acquisition: { posterior, best }, free, scales, row, meanSlopes, varianceSlopes }
  const objective: Objective = (x, gradient) => depth(hill, x, gradient)
  const start = free.map((a, i) => row[a]! * scales[i]!)
  const { x } = minimizeInBox(objective, start, {
    lower: new Float64Array(free.length),
    upper: scales,
    evaluations: EVALUATIONS,
    gradientTolerance: 1e-4,
    valueTolerance: 1e-8,
  })
  for (const [i, a] of free.entries()) row[a] = Math.min(1, Math.max(0, x[i]! / scales[i]!))
  return row
}

/** Values of an axis that are tried at most; of long lists the neighbours and an even choice. */
const MOST_TRIED = 16

function exchange(seeking: Seeking, start: Candidate): Candidate {
  let current = start
  for (const [a, axis] of seeking.view.axes.entries()) {
    const values = axis.kind === 'category' ? categoriesNear(current.row[a]!, axis.size) : axis.places
    if (values === undefined) continue
    const here = current.row
    for (const value of values) {
      if (value === here[a]) continue
      const wish = Float64Array.from(here, (x) => (x === ABSENT ? 0 : x))
      wish[a] = value
      current = better(current, judged(seeking, wish))
    }
  }
  return current
}

function categoriesNear(x: number, size: number): readonly number[] {
  if (size <= MOST_TRIED) return Array.from({ length: size }, (_, i) => i)
  // All categories but the present one look alike to the process unless they were tried.
  return Array.from({ length: MOST_TRIED }, (_, i) => Math.floor(((x + 1 + i * size) / MOST_TRIED) % size))
}
