import { expect, it } from 'vitest'
import { edf, edfWithin } from './edf.ts'

it('is the share of the values that are at most x', () => {
  expect(edf([3, 1, Number.NaN, 3, 2])).toEqual({ xs: [1, 1, 2, 3], ys: [0, 0.25, 0.5, 1] })
  expect(edf([])).toEqual({ xs: [], ys: [] })
})

it('keeps about 400 steps of many values, and its ends', () => {
  const { xs, ys } = edf(Array.from({ length: 10_000 }, (_, i) => i))
  expect(xs.length).toBeLessThan(410)
  expect([xs[0], xs.at(-1), ys[0], ys.at(-1)]).toEqual([0, 9_999, 0, 1])
  expect(ys[200]!).toBeCloseTo((xs[200]! + 1) / 10_000, 12)
})

it('leaves the steps out that are beyond an axis', () => {
  expect(edfWithin([1, 2, 100], { min: 1, max: 5 })).toEqual({ xs: [1, 1, 2], ys: [0, 1 / 3, 2 / 3] })
})
