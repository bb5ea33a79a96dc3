import { describe, expect, it } from 'vitest'
import golden from '../../../../test/golden/scipy_search.golden.json' with { type: 'json' }
import { SOBOL_DIMENSIONS, sobolBits, sobolSequence, sobolWalk } from './sobol.ts'

describe("the Sobol' sequence", () => {
  it('begins as Joe and Kuo print it', () => {
    // The first points of their program's output for three dimensions, in its Gray code order.
    const points = [0, 1, 2, 3, 4, 5, 6, 7].map((i) => [0, 1, 2].map((d) => sobolBits(i, d) / 2 ** 32))
    expect(points).toEqual([
      [0, 0, 0],
      [0.5, 0.5, 0.5],
      [0.75, 0.25, 0.25],
      [0.25, 0.75, 0.75],
      [0.375, 0.375, 0.625],
      [0.875, 0.875, 0.125],
      [0.625, 0.125, 0.875],
      [0.125, 0.625, 0.375],
    ])
  })

  // SciPy 1.17.1, by test/golden/scipy_search.py. Its points have 30 bits.
  it.each(golden.sobol as [number, number, number][])(
    'has point %d in dimension %d as SciPy has',
    (i, d, x) => {
      expect(sobolBits(i, d) / 2 ** 32).toBeCloseTo(x, 8)
    },
  )

  it('puts one of any 2^k consecutive aligned points into each of 2^k equal intervals, in every dimension', () => {
    const sequence = sobolSequence(5, SOBOL_DIMENSIONS)
    for (const [first, count] of [
      [0, 256],
      [256, 256],
      [64, 64],
    ] as const) {
      const points = Array.from({ length: count }, (_, i) => sequence(first + i))
      for (let d = 0; d < SOBOL_DIMENSIONS; d++) {
        expect(new Set(points.map((point) => Math.floor(point[d]! * count))).size).toBe(count)
      }
    }
  })

  it('is a (0, 8, 2)-net in its first two dimensions, scrambled or not', () => {
    for (const at of [sobolSequence(11, 2), (i: number) => [0, 1].map((d) => sobolBits(i, d) / 2 ** 32)]) {
      const points = Array.from({ length: 256 }, (_, i) => at(i))
      for (let k = 0; k <= 8; k++) {
        const boxes = points.map(
          (point) => Math.floor(point[0]! * 2 ** k) * 256 + Math.floor(point[1]! * 2 ** (8 - k)),
        )
        expect(new Set(boxes).size).toBe(256)
      }
    }
  })

  it('differs by seed, stays inside, and goes on beyond its directions', () => {
    const a = sobolSequence(1, SOBOL_DIMENSIONS + 10)(3)
    const b = sobolSequence(2, SOBOL_DIMENSIONS + 10)(3)
    expect(a).not.toEqual(b)
    for (const u of a) expect(u > 0 && u < 1).toBe(true)
    expect(sobolSequence(1, SOBOL_DIMENSIONS + 10)(3)).toEqual(a)
  })

  it.each([3, SOBOL_DIMENSIONS + 1])('is the same when it is walked, in %i dimensions', (dimensions) => {
    const [next, sequence] = [sobolWalk(9, dimensions), sobolSequence(9, dimensions)]
    for (let i = 0; i < 300; i++) expect(next()).toEqual(sequence(i))
  })

  it('integrates a smooth function of six dimensions better than random points do', () => {
    const sequence = sobolSequence(3, 6)
    const n = 1_024
    let sum = 0
    for (let i = 0; i < n; i++) sum += sequence(i).reduce((product, u) => product * (1 + (u - 0.5)), 1)
    // The standard error of random points is √((1 + 1/12)^6 − 1)/32 ≈ 0.025.
    expect(Math.abs(sum / n - 1)).toBeLessThan(0.003)
  })
})
