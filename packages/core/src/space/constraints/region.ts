/**
 * Points of a space that its constraints allow, as quantiles. First draws from the distributions, then a random walk that starts
 * at an allowed point; both depend on the rng alone. The walk is a slice sampler (Neal 2003, "Slice sampling", §5: an
 * interval that shrinks to the current point), along one dimension and along random directions in turn, whose
 * distribution approaches that of the draws under the constraints.
 */
import { type Rng, rngOf } from '../../math/rng.ts'
import type { Json } from '../../schema/json.ts'
import { existenceOrder, exists } from '../cells.ts'
import { drawQuantiles } from '../quantiles.ts'
import { type Constraint, excessOf, type Space } from '../space.ts'

/** One quantile per dimension. */
export type Quantiles = readonly number[]

/** Draws before the walk: where a hundredth of the space is allowed, 87% of the points come from them. */
const DRAWS = 200
const PASSES = 8
/** An interval is this many times cut before the walk stays where it is. */
const CUTS = 16
/** Checks of {@link anchorsOf}, in all. */
export const ANCHOR_CHECKS = 20_000
const ANCHOR_DRAWS = 4_000
const ANCHORS = 8
/** Checks of one search from a start. */
const SEARCH_CHECKS = 2_000
const ANCHOR_STREAM = 0xa2c4

/** Quantiles of an allowed point; undefined when none is known, see {@link anchorsOf}. `rng` is read from its start. */
export function allowedQuantiles(space: Space, rng: Rng): Quantiles | undefined {
  const judge = judgeOf(space)
  for (let draw = 0; draw < DRAWS; draw++) {
    const quantiles = drawQuantiles(space, rng)
    if (judge.excess(quantiles) === 0) return quantiles
  }
  const anchors = anchorsOf(space)
  if (anchors.length === 0) return undefined
  return walk(judge, anchors[rng.below(anchors.length)]!, rng)
}

/** Whether the constraints allow the point at these quantiles. */
export const allowsQuantiles = (space: Space, quantiles: ArrayLike<number>): boolean =>
  space.constraints === undefined || judgeOf(space).excess(quantiles) === 0

const anchorCache = new WeakMap<Space, readonly Quantiles[]>()

/**
 * Up to 8 allowed points, the same for the same space: of {@link ANCHOR_DRAWS} draws, and else by moves that lessen the
 * distance to what the constraints demand; {@link ANCHOR_CHECKS} checks in all. Empty when none was found.
 */
export function anchorsOf(space: Space): readonly Quantiles[] {
  let anchors = anchorCache.get(space)
  if (anchors === undefined) {
    anchors = findAllowed(space, rngOf(0, 0, ANCHOR_STREAM), () => true)
    anchorCache.set(space, anchors)
  }
  return anchors
}

/** As {@link anchorsOf}, moving only the dimensions that `isFree` names; the others have the quantiles that `fixed` gives. */
export function findAllowed(
  space: Space,
  rng: Rng,
  isFree: (dimension: number) => boolean,
  judge: Judge = judgeOf(space),
  most = ANCHORS,
): readonly Quantiles[] {
  const found: Quantiles[] = []
  const starts: Quantiles[] = []
  for (let draw = 0; draw < ANCHOR_DRAWS && found.length < most; draw++) {
    const quantiles = drawQuantiles(space, rng)
    if (judge.excess(quantiles) === 0) found.push(quantiles)
    else if (starts.length < 100) starts.push(quantiles)
  }
  if (found.length > 0) return found
  const free = judge.relevant.filter((d) => isFree(d) && space.dimensions[d]!.kind !== 'constant')
  if (free.length === 0) return []
  // Distances have the units of their expressions: each counts relative to what is usual.
  judge.calibrate(starts)
  starts.sort((a, b) => judge.excess(a) - judge.excess(b))
  const searches = Math.floor((ANCHOR_CHECKS - ANCHOR_DRAWS) / SEARCH_CHECKS)
  for (let i = 0; i < searches && found.length < most; i++) {
    const reached = approach(judge, starts[i]!, free, rng)
    if (reached !== undefined) found.push(reached)
  }
  return found
}

/** Moves one dimension, or a few at once, by steps of all sizes; a move that is no worse is kept. */
function approach(judge: Judge, start: Quantiles, free: readonly number[], rng: Rng): Quantiles | undefined {
  let current = start
  let least = judge.excess(start)
  for (let check = 0; check < SEARCH_CHECKS; check++) {
    const moved = [...current]
    const count = rng.uniform() < 0.5 ? 1 : 1 + rng.below(free.length)
    for (let k = 0; k < count; k++) {
      const d = free[rng.below(free.length)]!
      const width = 10 ** (-4 * rng.uniform())
      moved[d] =
        rng.uniform() < 0.3 ? rng.uniform() : reflected(current[d]! + width * (2 * rng.uniform() - 1))
    }
    const excess = judge.excess(moved)
    if (excess === 0) return moved
    if (excess > least) continue
    current = moved
    least = excess
  }
  return undefined
}

const reflected = (x: number): number => {
  const turned = Math.abs(x) % 2
  return turned > 1 ? 2 - turned : turned
}

function walk(judge: Judge, from: Quantiles, rng: Rng): Quantiles {
  const current = [...from]
  const direction = new Float64Array(current.length)
  for (let pass = 0; pass < PASSES; pass++) {
    for (let d = 0; d < current.length; d++) {
      direction.fill(0)
      direction[d] = 1
      slice(judge, current, direction, rng)
    }
    for (let d = 0; d < current.length; d++) direction[d] = 2 * rng.uniform() - 1
    slice(judge, current, direction, rng)
  }
  return current
}

/** Moves `current` to an allowed point of the line through it; it stays when none is found. */
function slice(judge: Judge, current: number[], direction: Float64Array, rng: Rng): void {
  let low = Number.NEGATIVE_INFINITY
  let high = Number.POSITIVE_INFINITY
  for (let d = 0; d < current.length; d++) {
    if (direction[d] === 0) continue
    const [a, b] = [-current[d]! / direction[d]!, (1 - current[d]!) / direction[d]!]
    low = Math.max(low, Math.min(a, b))
    high = Math.min(high, Math.max(a, b))
  }
  const moved = new Float64Array(current.length)
  for (let cut = 0; cut < CUTS; cut++) {
    const t = low + (high - low) * rng.uniform()
    for (let d = 0; d < moved.length; d++)
      moved[d] = Math.min(1, Math.max(0, current[d]! + t * direction[d]!))
    if (judge.excess(moved) === 0) {
      for (let d = 0; d < moved.length; d++) current[d] = moved[d]!
      return
    }
    if (t < 0) low = t
    else high = t
  }
}

export interface Judge {
  /** The dimensions that the constraints depend on, deciding ones first. */
  readonly relevant: readonly number[]
  /** 0 where the constraints allow the point at these quantiles, else how far it is from that. */
  readonly excess: (quantiles: ArrayLike<number>) => number
  /** Sets the unit of each constraint to its mean distance among these. */
  readonly calibrate: (among: readonly Quantiles[]) => void
}

const judgeCache = new WeakMap<Space, Judge>()

export function judgeOf(space: Space): Judge {
  let judge = judgeCache.get(space)
  if (judge === undefined) {
    judge = newJudge(space, (d, u) => space.dimensions[d]!.decode(u))
    judgeCache.set(space, judge)
  }
  return judge
}

/** Makes the values of those dimensions only that the constraints depend on. */
export function newJudge(space: Space, decode: (dimension: number, u: number) => Json): Judge {
  const { dimensions, constraints = [] } = space
  const relevant = relevantOf(space, constraints)
  const units = constraints.map(() => 1)
  const point: (Json | undefined)[] = new Array(dimensions.length).fill(undefined)
  const valueFor = (other: number) => point[other]
  const place = (quantiles: ArrayLike<number>) => {
    for (const d of relevant) {
      const dimension = dimensions[d]!
      point[d] =
        dimension.when.length === 0 || exists(dimension, valueFor) ? decode(d, quantiles[d]!) : undefined
    }
    return point
  }
  return {
    relevant,
    excess: (quantiles) => excessOf(constraints, place(quantiles), units),
    calibrate: (among) => {
      for (const [i, { shortfall }] of constraints.entries()) {
        const missed = among
          .map((one) => shortfall(place(one)))
          .filter((one) => one > 0 && Number.isFinite(one))
        units[i] = missed.reduce((sum, one) => sum + one / missed.length, 0) || 1
      }
    },
  }
}

function relevantOf({ dimensions }: Space, constraints: readonly Constraint[]): readonly number[] {
  const needed = new Set<number>()
  const need = (d: number) => {
    if (needed.has(d)) return
    needed.add(d)
    for (const { dimension } of dimensions[d]!.when) need(dimension)
  }
  for (const constraint of constraints) for (const d of constraint.dimensions) need(d)
  return existenceOrder(dimensions).filter((d) => needed.has(d))
}
