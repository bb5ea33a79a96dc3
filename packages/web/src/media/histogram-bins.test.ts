import { expect, it } from 'vitest'
import { rebinned } from './histogram-bins.ts'
import { binsOf } from './media-value.ts'

it('keeps every count when it moves them to other bins', () => {
  const bins = rebinned({ edges: [-1, 0, 2, 3], counts: [4, 6, 1] }, -2, 4, 12)
  expect([...bins].reduce((a, b) => a + b)).toBeCloseTo(11)
  expect([...bins.slice(2, 4)]).toEqual([2, 2])
  expect(bins[0]).toBe(0)
})

it('puts a histogram without width into one bin', () => {
  expect([...rebinned({ edges: [1, 1], counts: [5] }, 0, 2, 2)]).toEqual([0, 5])
})

it('reads packed bins', () => {
  expect(binsOf({ _type: 'histogram', values: [1, 2], packedBins: { min: 0, size: 0.5, count: 2 } })).toEqual(
    { edges: [0, 0.5, 1], counts: [1, 2] },
  )
  expect(binsOf({ _type: 'histogram', values: [1, 2], bins: [0, 1] })).toBeUndefined()
})
