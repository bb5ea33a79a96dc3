import { sobolWalk } from '../math/sobol.ts'
import { allowedCells } from '../space/constraints/allowed-cells.ts'
import { fillPoint, paramsOf } from '../space/point.ts'
import type { Point, Space } from '../space/space.ts'
import { finiteSampler, nothingAllowed } from './finite.ts'
import { firstAppearances } from './orders.ts'
import type { Sampler } from './sampler.ts'
import { coordinatesOf, sobolQuantiles } from './sobol-quantiles.ts'

/**
 * One scrambled Sobol' sequence per sweep, mapped through the distributions: covers the space more evenly than random
 * draws. Slot i takes point i, so any number of agents share the sequence. On a finite space repeated points are skipped,
 * and points that the sequence does not reach follow in a shuffled order. With constraints, slot i takes the i-th point that they
 * allow, see `sobol-quantiles.ts`.
 */
export function sobol(space: Space): Sampler {
  const cells = allowedCells(space)
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
      const quantilesAt = sobolQuantiles(space, seed)
      return slots.map(({ index }) => {
        const drawn = quantilesAt(index)
        if (drawn === undefined) throw nothingAllowed()
        const why =
          drawn.place === undefined
            ? "random point: too few points of the Sobol' sequence satisfy the constraints"
            : `point ${drawn.place + 1} of the scrambled Sobol' sequence`
        return {
          params: paramsOf(space, pointAt(space, drawn.quantiles)),
          suggestedBy: { arm: 'sobol', why },
        }
      })
    },
  }
}

const pointAt = (space: Space, quantiles: readonly number[]): Point =>
  fillPoint(space, (dimension, d) => dimension.decode(quantiles[d]!))
