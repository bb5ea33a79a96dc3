/**
 * Sobol' points in 32 bits, scrambled. Directions by Joe & Kuo 2008 (see sobol-directions). The scrambling is Owen's
 * nested uniform one (Owen 1995), by hashing instead of a stored tree: Laine & Karras 2011, "Stratified sampling for
 * stochastic transparency", with the mixing steps in the bit-reversed order of Burley 2020, "Practical hash-based Owen
 * scrambling". Any aligned block of 2^k points keeps the net property of the plain sequence.
 */

import { rngOf } from './rng.ts'
import { DIRECTIONS } from './sobol-directions.ts'

/** Dimensions that have directions. */
export const SOBOL_DIMENSIONS = 256

const BITS = 32
const SCRAMBLE_STREAM = 0x50b0 // keeps the scrambling seeds apart from every other draw of number 0

const directions: Uint32Array[] = []

/** V_1 … V_32 of a dimension (from 0), each with its first digit in the uppermost bit. Bratley & Fox 1988, eq. 2. */
function directionsOf(dimension: number): Uint32Array {
  const known = directions[dimension]
  if (known !== undefined) return known
  const v = new Uint32Array(BITS)
  if (dimension === 0) {
    for (let i = 0; i < BITS; i++) v[i] = 2 ** (BITS - 1 - i)
  } else {
    const [polynomial, ...m] = lines()[dimension - 1]!.split(' ').map(Number) as [number, ...number[]]
    const degree = m.length
    for (let i = 0; i < BITS; i++) {
      if (i < degree) {
        v[i] = m[i]! * 2 ** (BITS - 1 - i)
        continue
      }
      let bits = v[i - degree]! ^ (v[i - degree]! >>> degree)
      for (let k = 1; k < degree; k++) if ((polynomial >>> (degree - k)) & 1) bits ^= v[i - k]!
      v[i] = bits
    }
  }
  directions[dimension] = v
  return v
}

let rows: readonly string[] | undefined
const lines = () => {
  rows ??= DIRECTIONS.split('\n')
  return rows
}

/** Coordinate of the plain sequence in 32 bits; `index` in [0, 2^32), in Gray code order (Antonov & Saleev 1979). */
export function sobolBits(index: number, dimension: number): number {
  const v = directionsOf(dimension)
  let gray = (index ^ (index >>> 1)) >>> 0
  let bits = 0
  for (let i = 0; gray !== 0; i++, gray >>>= 1) if (gray & 1) bits ^= v[i]!
  return bits >>> 0
}

function reverse(bits: number): number {
  let x = bits
  x = ((x >>> 1) & 0x55555555) | ((x & 0x55555555) << 1)
  x = ((x >>> 2) & 0x33333333) | ((x & 0x33333333) << 2)
  x = ((x >>> 4) & 0x0f0f0f0f) | ((x & 0x0f0f0f0f) << 4)
  x = ((x >>> 8) & 0x00ff00ff) | ((x & 0x00ff00ff) << 8)
  return ((x >>> 16) | (x << 16)) >>> 0
}

/** In reversed order a bit may only depend on those below it: multiplications by even numbers keep to that. */
function scramble(bits: number, seed: number): number {
  let x = (reverse(bits) + seed) >>> 0
  x ^= Math.imul(x, 0x6c50b47c)
  x ^= Math.imul(x, 0xb82f1e52)
  x ^= Math.imul(x, 0xc7afe638)
  x ^= Math.imul(x, 0x8d22f6e6)
  return reverse(x >>> 0)
}

function scramblesOf(seed: number, dimensions: number): Uint32Array {
  const rng = rngOf(seed, 0, SCRAMBLE_STREAM)
  return Uint32Array.from({ length: dimensions }, () => rng.uint32())
}

/**
 * The scrambled sequence of a seed. Point `index` (from 0; only its lower 32 bits count) has `dimensions` coordinates
 * strictly between 0 and 1. Dimensions beyond {@link SOBOL_DIMENSIONS} are filled with independent random numbers:
 * plain padding, as usual where directions end.
 */
export function sobolSequence(seed: number, dimensions: number): (index: number) => Float64Array {
  const scrambles = scramblesOf(seed, dimensions)
  return (index) => {
    const point = new Float64Array(dimensions)
    const padding = dimensions > SOBOL_DIMENSIONS ? rngOf(seed, index, SCRAMBLE_STREAM + 1) : undefined
    for (let d = 0; d < dimensions; d++) {
      point[d] =
        padding !== undefined && d >= SOBOL_DIMENSIONS
          ? padding.uniform()
          : (scramble(sobolBits(index >>> 0, d), scrambles[d]!) + 0.5) / 2 ** BITS
    }
    return point
  }
}

/**
 * The same points one after the other, from index 0: each costs one exclusive or per dimension (Antonov & Saleev 1979), whatever its
 * index. Every call overwrites the array that the last one answered.
 */
export function sobolWalk(seed: number, dimensions: number): () => Float64Array {
  const point = new Float64Array(dimensions)
  if (dimensions > SOBOL_DIMENSIONS) {
    const pointAt = sobolSequence(seed, dimensions)
    let index = 0
    return () => pointAt(index++)
  }
  const scrambles = scramblesOf(seed, dimensions)
  const tables = Array.from(scrambles, (_, d) => directionsOf(d))
  const bits = new Uint32Array(dimensions)
  let index = 0
  return () => {
    if (index > 0) {
      // From one Gray code to the next a single digit changes, the one that the count carries into.
      const digit = 31 - Math.clz32(index & -index)
      for (let d = 0; d < dimensions; d++) bits[d]! ^= tables[d]![digit]!
    }
    index++
    for (let d = 0; d < dimensions; d++) point[d] = (scramble(bits[d]!, scrambles[d]!) + 0.5) / 2 ** BITS
    return point
  }
}
