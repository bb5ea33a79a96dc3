import { expect, it } from 'vitest'
import { movingAverage } from './moving-average.ts'

it('returns the values without weight', () => {
  expect(movingAverage([1, 5, 2], 0)).toEqual([1, 5, 2])
})

it('starts at the first value, lags behind, and keeps gaps', () => {
  const smoothed = movingAverage([4, 4, Number.NaN, 10], 0.9)
  expect(smoothed[0]).toBeCloseTo(4)
  expect(smoothed[1]).toBeCloseTo(4)
  expect(smoothed[2]).toBeNaN()
  expect(smoothed[3]).toBeGreaterThan(4)
  expect(smoothed[3]).toBeLessThan(7)
})
