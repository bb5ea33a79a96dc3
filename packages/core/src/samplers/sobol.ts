import { sobolSequence, sobolWalk } from '../math/sobol.ts'
import { cellsOf } from '../space/cells.ts'
import { fillPoint, paramsOf } from '../space/point.ts'
import type { Point, Space } from '../space/space.ts'
import { finiteSampler } from './finite.ts'
import { firstAppearances } from './orders.ts'
import type { Sampler } from './sampler.ts'

/**
 * One scrambled Sobol' sequence per sweep, mapped through the distributions: covers the space more evenly than random
 * draws. Slot i takes point i, so any number of agents share the sequence. On a finite space repeated points are skipped,
 * and points that the sequence does not reach follow in a shuffled order.
 */
export function sobol(space: Space): Sampler {
  const cells = cellsOf(space.dimensions)
  if (Number.isFinite(cells.size)) {
    const { size } = cells
    return finiteSampler({
      cells,
      order: (seed) => {
        const { coordinates, count } = coordinatesOf(space)
        const next = sobolWalk(seed, count)
        return firstAppearances(size, seed, () => {
          const point = next()
          return cells.cellBy((d) => {
            const coordinate = coordinates[d]
            return coordinate === undefined ? 0 : space.dimensions[d]!.indexAtQuantile(point[coordinate]!)
          })
        })
      },
      suggestedBy: (_cell, position) => ({
        arm: 'sobol',
        why: `new point ${position + 1} of ${size} in the scrambled Sobol' sequence`,
      }),
    })
  }
  return {
    needsHistory: false,
    capacity: () => Number.POSITIVE_INFINITY,
    suggest: ({ seed, slots }) => {
      const quantilesAt = sequenceOf(space, seed)
      return slots.map(({ index }) => ({
        params: paramsOf(space, pointAt(space, quantilesAt(index))),
        suggestedBy: { arm: 'sobol', why: `point ${index + 1} of the scrambled Sobol' sequence` },
      }))
    },
  }
}

/** Coordinate of the sequence for each dimension; a dimension with a single value has none. */
function coordinatesOf(space: Space): { coordinates: readonly (number | undefined)[]; count: number } {
  let count = 0
  return { coordinates: space.dimensions.map(({ size }) => (size === 1 ? undefined : count++)), count }
}

/** One quantile per dimension. */
function sequenceOf(space: Space, seed: number): (index: number) => readonly number[] {
  const { coordinates, count } = coordinatesOf(space)
  const sequence = sobolSequence(seed, count)
  return (index) => {
    const point = sequence(index)
    return coordinates.map((coordinate) => (coordinate === undefined ? 0.5 : point[coordinate]!))
  }
}

const pointAt = (space: Space, quantiles: readonly number[]): Point =>
  fillPoint(space, (dimension, d) => dimension.decode(quantiles[d]!))
