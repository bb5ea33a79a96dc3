import { describe, expect, it } from 'vitest'
import { philox, rngOf } from './rng.ts'

describe('philox', () => {
  // Known answers that the authors publish with their program Random123 (file kat_vectors, philox4x32 with 10 rounds).
  it.each([
    [
      [0, 0, 0, 0],
      [0, 0],
      [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
    ],
    [
      [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
      [0xffffffff, 0xffffffff],
      [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
    ],
    [
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0],
      [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
    ],
  ] as const)('answers the published vector for counter %j', (counter, key, answer) => {
    expect(philox(counter, key)).toEqual(answer)
  })
})

describe('rngOf', () => {
  const draws = (seed: number, number: number, stream: number) => {
    const rng = rngOf(seed, number, stream)
    return Array.from({ length: 20 }, rng.uint32)
  }

  it('gives the same stream for the same seed, number and stream, and another one for any other', () => {
    expect(draws(7, 3, 1)).toEqual(draws(7, 3, 1))
    const keys = [
      [7, 3, 1],
      [8, 3, 1],
      [7, 4, 1],
      [7, 3, 2],
      [7 + 2 ** 32, 3, 1],
      [7, 3 + 2 ** 32, 1],
    ] as const
    expect(new Set(keys.map(([seed, number, stream]) => draws(seed, number, stream).join())).size).toBe(
      keys.length,
    )
  })

  it('keeps uniform draws strictly between 0 and 1, with the right mean and variance', () => {
    const rng = rngOf(1, 1)
    const n = 20_000
    let sum = 0
    let squares = 0
    for (let i = 0; i < n; i++) {
      const u = rng.uniform()
      if (!(u > 0 && u < 1)) throw new Error(`${u} is not inside`)
      sum += u
      squares += (u - 0.5) ** 2
    }
    // Five standard errors: a false alarm in 1.7 million seeds, and the seed is fixed.
    expect(Math.abs(sum / n - 0.5)).toBeLessThan(5 * Math.sqrt(1 / 12 / n))
    expect(Math.abs(squares / n - 1 / 12)).toBeLessThan(5 * Math.sqrt(1 / 180 / n))
  })

  it('draws below n without a gap', () => {
    const rng = rngOf(2, 1)
    const counts = new Array<number>(7).fill(0)
    for (let i = 0; i < 7_000; i++) counts[rng.below(7)]!++
    // Five standard deviations of a binomial count around 1,000.
    for (const count of counts) expect(Math.abs(count - 1_000)).toBeLessThan(5 * Math.sqrt(1_000 * (6 / 7)))
  })
})
