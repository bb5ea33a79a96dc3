import { rngOf } from '../math/rng.ts'
import type { Json } from '../schema/json.ts'
import type { Cells } from '../space/cells.ts'
import { allowedCells } from '../space/constraints/allowed-cells.ts'
import { allowedQuantiles } from '../space/constraints/region.ts'
import { fillPoint, paramsOf } from '../space/point.ts'
import { DRAW_STREAM, drawQuantiles } from '../space/quantiles.ts'
import type { Point, Space } from '../space/space.ts'
import { finiteSampler, nothingAllowed } from './finite.ts'
import { firstAppearances, race, shuffled } from './orders.ts'
import type { Sampler } from './sampler.ts'

/** Up to this many cells the whole order is drawn at once, in a few milliseconds. */
const RACE_CELLS = 16_384

/**
 * Independent draws from the parameters' distributions, trial n from its own stream. On a finite space the draws are
 * without replacement:
 *
 * - all points equally likely: a seeded permutation, O(1) for any size;
 * - up to 16,384 points with unequal chances: drawn exactly, in proportion to the chances of what is left;
 * - more of them: the first appearances in a sequence of independent draws, which is equivalent, until 256 draws in a
 *   row repeat; the remaining points follow in a shuffled order. O(n) for trial n.
 *
 * With constraints: draws until all hold, see `region.ts`.
 */
export function random(space: Space): Sampler {
  const cells = allowedCells(space)
  if (Number.isFinite(cells.size)) {
    const { size } = cells
    const even = space.dimensions.every(({ even, when }) => even && when.length === 0)
    return finiteSampler({
      cells,
      order: (seed) => {
        if (even) return shuffled(size, seed)
        return size <= RACE_CELLS
          ? race(size, seed, (cell) => chanceOf(space, cells.pointAt(cell)))
          : firstAppearances(size, seed, (index) => cellDrawn(cells, space, seed, index))
      },
      suggestedBy: () => ({ arm: 'random', why: `drawn without replacement from ${size} points` }),
    })
  }
  return {
    needsHistory: false,
    capacity: () => Number.POSITIVE_INFINITY,
    suggest: ({ seed, slots }) =>
      slots.map(({ number }) => ({
        params: paramsOf(space, drawn(space, seed, number)),
        suggestedBy: { arm: 'random', why: 'drawn from the distributions of the parameters' },
      })),
  }
}

const drawsOf = (space: Space, seed: number, number: number): readonly number[] =>
  drawQuantiles(space, rngOf(seed, number, DRAW_STREAM))

function drawn(space: Space, seed: number, number: number): Point {
  const rng = rngOf(seed, number, DRAW_STREAM)
  const draws = space.constraints ? allowedQuantiles(space, rng) : drawQuantiles(space, rng)
  if (draws === undefined) throw nothingAllowed()
  return fillPoint(space, (dimension, d): Json => dimension.decode(draws[d]!))
}

function cellDrawn(cells: Cells, space: Space, seed: number, index: number): number {
  const draws = drawsOf(space, seed, index + 1)
  return cells.cellBy((d) => space.dimensions[d]!.indexAtQuantile(draws[d]!))
}

/** The chance of a point when drawn from the distributions. */
function chanceOf(space: Space, point: Point): number {
  let chance = 1
  for (const [d, dimension] of space.dimensions.entries()) {
    const value = point[d]
    if (value !== undefined) chance *= dimension.probabilityOf(dimension.indexOf(value)!)
  }
  return chance
}
