/** Maximizes the expected improvement over continuous, discrete and categorical axes together. */
import type { Rng } from '../../math/rng.ts'
import type { Acquisition, Box } from './acquisition.ts'
import { randomRow } from './adaptive.ts'
import { type Candidate, localSearch, type Search, scored, withinLimits } from './local-search.ts'
import { ABSENT, type Row, type View } from './view.ts'

export interface AcquireOptions {
  /** Rows to sample around, best first, without absent coordinates. */
  readonly around: readonly Row[]
  readonly isEvaluated: Search['isEvaluated']
  /** Number of random candidates, and number of local searches from the best of them. */
  readonly candidates: number
  readonly restarts: number
  /** Where to search, of axes that are no categories; everywhere without it. */
  readonly box?: Box
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
    ...(options.box && { box: options.box }),
  }
  const pool: Candidate[] = []
  const add = (row: Row) => {
    const allowed = view.allows(row) ? row : view.moved(row, options.around)
    if (allowed !== undefined) pool.push(scored(search, allowed))
  }
  const { box, around } = options
  for (let i = 0; i < options.candidates; i++)
    add(box ? randomRowIn(view, box, around[0]!, rng) : randomRow(view, rng))
  for (const row of around) for (const width of WIDTHS) add(inside(view, nearby(view, row, width, rng), box))
  const picked = pick(pool, options.restarts, rng)
  const starts = acquisition.limits.length > 0 ? withinLimits(search, picked, options.around) : picked
  const improved = starts.map((start) => localSearch(search, start))
  return [...improved, ...pool].sort((a, b) => b.score - a.score || 0)
}

/** The nearest row in the box. */
const inside = ({ axes }: View, row: Row, box: Box | undefined): Row =>
  box === undefined
    ? row
    : row.map((x, a) =>
        axes[a]!.kind === 'category' ? x : Math.min(box.upper[a]!, Math.max(box.lower[a]!, x)),
      )

/** Axes that a random row of a box changes: with more, it is hardly ever better than the center (Eriksson et al. 2019, §2). */
const CHANGED = 20
/** Probability that another category is drawn. */
const OTHER_CATEGORY = 0.2

/** A random row of the box that agrees with the center on some axes. */
function randomRowIn({ axes }: View, { lower, upper }: Box, center: Row, rng: Rng): Row {
  const share = Math.min(1, CHANGED / axes.length)
  return center.map((x, a) => {
    const { kind, size } = axes[a]!
    if (rng.uniform() >= share) return x
    if (kind === 'category') return rng.uniform() < OTHER_CATEGORY ? rng.below(size) : x
    return lower[a]! + rng.uniform() * (upper[a]! - lower[a]!)
  })
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
