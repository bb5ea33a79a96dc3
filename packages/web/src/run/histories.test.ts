import { expect, it } from 'vitest'
import { histories } from './histories.ts'

const rows = [
  { _step: 1, _timestamp: 100, loss: 3, epoch: 2 },
  { _step: 2, _timestamp: 105, loss: 'NaN', epoch: 1, image: { path: 'x' } },
  { _step: 5, _timestamp: 120, loss: 1, epoch: 3 },
]

it('makes a curve of each metric, without what is no number', () => {
  expect(histories(rows, 'step')).toEqual([
    { name: 'epoch', xs: [1, 2, 5], ys: [2, 1, 3] },
    { name: 'loss', xs: [1, 5], ys: [3, 1] },
  ])
})

it('counts time from the first row', () => {
  expect(histories(rows, 'time')[1]).toEqual({ name: 'loss', xs: [0, 20], ys: [3, 1] })
})

it('draws over another metric from left to right', () => {
  expect(histories(rows, 'epoch')).toEqual([{ name: 'loss', xs: [2, 3], ys: [3, 1] }])
})
