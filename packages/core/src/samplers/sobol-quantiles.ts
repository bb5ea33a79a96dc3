import { rngOf } from '../math/rng.ts'
import { sobolSequence } from '../math/sobol.ts'
import { allowedQuantiles, allowsQuantiles, type Quantiles } from '../space/constraints/region.ts'
import type { Space } from '../space/space.ts'

/** Points of the sequence to look at for point i (from 0) that the constraints allow. */
const lookedAt = (index: number) => 512 + 16 * (index + 1)
const OUTSIDE_STREAM = 0x50b0

interface Drawn {
  readonly quantiles: Quantiles
  /** The place in the sequence, from 0; undefined for a random point. */
  readonly place?: number
}

/** Coordinate of the sequence for each dimension; a dimension with a single value has none. */
export function coordinatesOf(space: Space): { coordinates: readonly (number | undefined)[]; count: number } {
  let count = 0
  return { coordinates: space.dimensions.map(({ size }) => (size === 1 ? undefined : count++)), count }
}

/** Which points are allowed follows from space and seed, so the cache of the last seed is not observable. */
const cache = new WeakMap<
  Space,
  { readonly seed: number; readonly draw: (index: number) => Drawn | undefined }
>()

/**
 * One quantile per dimension: point `index` of the sweep's scrambled Sobol' sequence. With constraints the index counts the points
 * that they allow; where fewer than about a 16th are allowed, a random one takes its place. Undefined when
 * none is known. A function of space, seed and index.
 */
export function sobolQuantiles(space: Space, seed: number): (index: number) => Drawn | undefined {
  const cached = cache.get(space)
  if (cached?.seed === seed) return cached.draw
  const draw = newSobolQuantiles(space, seed)
  cache.set(space, { seed, draw })
  return draw
}

function newSobolQuantiles(space: Space, seed: number): (index: number) => Drawn | undefined {
  const { coordinates, count } = coordinatesOf(space)
  const sequence = sobolSequence(seed, count)
  const pointAt = (place: number): Quantiles => {
    const point = sequence(place)
    return coordinates.map((coordinate) => (coordinate === undefined ? 0.5 : point[coordinate]!))
  }
  if (space.constraints === undefined) return (place) => ({ quantiles: pointAt(place), place })
  const places: number[] = []
  let next = 0
  return (index) => {
    for (const end = lookedAt(index); places.length <= index && next < end; next++)
      if (allowsQuantiles(space, pointAt(next))) places.push(next)
    const place = places[index]
    if (place !== undefined && place < lookedAt(index)) return { quantiles: pointAt(place), place }
    const quantiles = allowedQuantiles(space, rngOf(seed, index + 1, OUTSIDE_STREAM))
    return quantiles && { quantiles }
  }
}
