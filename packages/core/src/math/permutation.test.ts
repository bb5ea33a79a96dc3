import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { permutation } from './permutation.ts'

describe('permutation', () => {
  it('hits every value once', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 600 }), fc.maxSafeInteger().map(Math.abs), (size, seed) => {
        const order = permutation(size, seed)
        const values = Array.from({ length: size }, (_, position) => order.at(position))
        expect([...values].sort((a, b) => a - b)).toEqual(Array.from({ length: size }, (_, i) => i))
      }),
    )
  })

  it('finds the position of a value, up to 2^52', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 52 }), fc.nat(), fc.nat(), (size, seed, start) => {
        const order = permutation(size, seed)
        const position = start % size
        const value = order.at(position)
        expect(value).toBeGreaterThanOrEqual(0)
        expect(value).toBeLessThan(size)
        expect(order.positionOf(value)).toBe(position)
      }),
    )
  })

  it('puts each value first equally often over seeds', () => {
    const counts = new Array<number>(6).fill(0)
    for (let seed = 0; seed < 3_000; seed++) counts[permutation(6, seed).at(0)]!++
    const chiSquare = counts.reduce((sum, count) => sum + (count - 500) ** 2 / 500, 0)
    // The 1 − 1e-6 quantile of chi-square with 5 degrees of freedom.
    expect(chiSquare).toBeLessThan(35.9)
  })
})
