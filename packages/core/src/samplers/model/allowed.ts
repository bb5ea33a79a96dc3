/** Rows that constraints allow, and the way from a forbidden one to them. */

import type { Json } from '../../schema/json.ts'
import { anchorsOf, newJudge } from '../../space/constraints/region.ts'
import type { Space } from '../../space/space.ts'

type Row = Float64Array

/** The part of an axis of the view that constraints need. */
interface Axis {
  readonly dimension: number
  readonly kind: 'real' | 'discrete' | 'category'
  readonly decode: (x: number) => Json
  readonly atQuantile: (u: number) => number
}

export interface Allowing {
  /** Whether the constraints allow the point that a row settles to. */
  readonly allows: (row: ArrayLike<number>) => boolean
  /**
   * Between a row that the constraints forbid and the nearest of `bases` that they allow, or of some others: about where it
   * enters what they allow. Undefined when no allowed point is known.
   */
  readonly moved: (row: ArrayLike<number>, bases?: readonly Row[]) => Row | undefined
}

/** Cuts of a line in halves: to a thousandth. */
const HALVES = 10

export function allowing(space: Space, axes: readonly Axis[]): Allowing {
  if (space.constraints === undefined) return { allows: () => true, moved: (row) => Float64Array.from(row) }
  const axisAt = new Map(axes.map(({ dimension }, a) => [dimension, a]))
  // Coordinates in place of quantiles, one per dimension.
  const full = new Float64Array(space.dimensions.length)
  const judge = newJudge(space, (d, x) => {
    const a = axisAt.get(d)
    return a === undefined ? space.dimensions[d]!.decode(0.5) : axes[a]!.decode(x)
  })
  const places = axes.map(({ dimension }) => dimension)
  const allows = (row: ArrayLike<number>) => {
    for (let a = 0; a < places.length; a++) full[places[a]!] = row[a]!
    return judge.excess(full) === 0
  }
  const isCategory = axes.map(({ kind }) => kind === 'category')
  let anchors: readonly Row[] | undefined
  const anchorRows = () => {
    anchors ??= anchorsOf(space)
      .map((quantiles) =>
        Float64Array.from(axes, ({ atQuantile, dimension }) => atQuantile(quantiles[dimension]!)),
      )
      .filter(allows)
    return anchors
  }
  return {
    allows,
    moved: (row, bases = []) => {
      const base = nearest(isCategory, row, [...bases.filter(allows), ...anchorRows()])
      if (base === undefined) return undefined
      const best = Float64Array.from(base)
      const tried = new Float64Array(base.length)
      let [inside, outside] = [1, 0]
      for (let half = 0; half < HALVES; half++) {
        const middle = (inside + outside) / 2
        mix(isCategory, row, base, middle, tried)
        if (allows(tried)) {
          inside = middle
          best.set(tried)
        } else outside = middle
      }
      return best
    },
  }
}

function nearest(
  isCategory: readonly boolean[],
  row: ArrayLike<number>,
  bases: readonly Row[],
): Row | undefined {
  let best: Row | undefined
  let least = Number.POSITIVE_INFINITY
  for (const base of bases) {
    let distance = 0
    for (let a = 0; a < base.length; a++)
      distance += isCategory[a] ? Number(base[a] !== row[a]) : (base[a]! - row[a]!) ** 2
    if (distance >= least) continue
    best = base
    least = distance
  }
  return best
}

/** At share t of the way from `row` to `base`. Categories change one after another, real coordinates steadily. */
function mix(
  isCategory: readonly boolean[],
  row: ArrayLike<number>,
  base: Row,
  t: number,
  into: Float64Array,
): void {
  for (let a = 0; a < into.length; a++) {
    if (isCategory[a]) into[a] = t * (into.length + 1) >= a + 1 ? base[a]! : row[a]!
    else into[a] = row[a]! + t * (base[a]! - row[a]!)
  }
}
