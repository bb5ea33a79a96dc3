import { sobolSequence } from '../math/sobol.ts'
import { type Cells, cellsOf } from '../space/cells.ts'
import { fillPoint, paramsOf } from '../space/point.ts'
import type { Point, Space } from '../space/space.ts'
import { finiteSampler } from './finite.ts'
import { firstAppearances } from './orders.ts'
import type { Sampler } from './sampler.ts'

/**
 * One scrambled Sobol' sequence per sweep, mapped through the distributions: covers the space more evenly than random
 * draws. Slot i takes point i, so any number of agents share the sequence. On a finite space repeated points are passed
 * over, and what the sequence does not reach follows in a shuffled order.
 */
export function sobol(space: Space): Sampler {
  const cells = cellsOf(space.dimensions)
  if (Number.isFinite(cells.size)) {
    const { size } = cells
    return finiteSampler({
      cells,
      order: (seed) => {
        const pointAt = sequenceOf(space, seed)
        return firstAppearances(size, seed, (index) => cellOf(cells, pointAt(index)))
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
      const pointAt = sequenceOf(space, seed)
      return slots.map(({ index }) => ({
        params: paramsOf(space, pointAt(index)),
        suggestedBy: { arm: 'sobol', why: `point ${index + 1} of the scrambled Sobol' sequence` },
      }))
    },
  }
}

/** Coordinates go to the dimensions that can vary, in order; a single value needs none. */
function sequenceOf(space: Space, seed: number): (index: number) => Point {
  let count = 0
  const coordinates = space.dimensions.map(({ size }) => (size === 1 ? undefined : count++))
  const sequence = sobolSequence(seed, count)
  return (index) => {
    const point = sequence(index)
    return fillPoint(space, (dimension, d) =>
      dimension.decode(coordinates[d] === undefined ? 0.5 : point[coordinates[d]]!),
    )
  }
}

const cellOf = (cells: Cells, point: Point) => cells.cellOf(point)!
