import { expect, it } from 'vitest'
import { histories, indexRange, sectionsOf, withPinned } from './histories.ts'

const rows = [
  { _step: 1, _timestamp: 100, loss: 3, epoch: 3, note: 'a' },
  { _step: 5, _timestamp: 120, loss: 1, epoch: 2 },
  { _step: 6, _timestamp: 130, accuracy: 0.5 },
]
const line = (all: ReturnType<typeof histories>, name: string) => {
  const found = all.find((each) => each.name === name)
  return found && { xs: found.xs, ys: found.ys }
}

it('has a series for each numeric metric over steps', () => {
  const all = histories(rows, 'step')
  expect(all.map(({ name }) => name)).toEqual(['accuracy', 'epoch', 'loss'])
  expect(line(all, 'loss')).toEqual({ xs: [1, 5], ys: [3, 1] })
})

it('measures time from the first row', () => {
  expect(line(histories(rows, 'time'), 'loss')).toEqual({ xs: [0, 20], ys: [3, 1] })
})

it('sorts by another metric as x axis', () => {
  expect(histories(rows, 'epoch').map(({ name }) => name)).toEqual(['loss'])
  expect(line(histories(rows, 'epoch'), 'loss')).toEqual({ xs: [2, 3], ys: [1, 3] })
})

it('has the min and max of downsampled rows, else the point', () => {
  const [loss] = histories(
    [
      { _step: 9, _timestamp: 0, loss: 2, _low: { loss: 1 }, _high: { loss: 8 } },
      { _step: 10, _timestamp: 0, loss: 3 },
    ],
    'step',
  )
  expect(loss).toMatchObject({ lows: [1, 3], highs: [8, 3] })
})

it('draws each value at its own step, not those of rows that stand for others', () => {
  const all = histories(
    [
      { _step: 0, _timestamp: 0, loss: 2, val_loss: 7, _low: { val_loss: 7 }, _high: { val_loss: 7 } },
      { _step: 9, _timestamp: 0, loss: 1, _low: { loss: 1 }, _high: { loss: 2 } },
    ],
    'step',
  )
  expect(line(all, 'val_loss')).toEqual({ xs: [0], ys: [7] })
  expect(line(all, 'loss')).toEqual({ xs: [9], ys: [1] })
})

it('says where a metric is not finite', () => {
  const [loss] = histories(
    [
      { _step: 1, _timestamp: 0, loss: 3 },
      { _step: 2, _timestamp: 0, loss: 'NaN' },
      { _step: 3, _timestamp: 0, loss: 'NaN' },
    ],
    'step',
  )
  expect(loss).toMatchObject({ xs: [1], ys: [3], notFinite: [2, 3] })
})

it('finds the rows around a range, by their numbers for the API', () => {
  const rows = [0, 10, 20, 30].map((step, i) => ({ _step: step, _timestamp: step / 10, _index: i }))
  expect(indexRange(rows, 'step', [9, 21])).toEqual([0, 3])
  expect(indexRange(rows, 'time', [1.2, 1.4])).toEqual([1, 2])
})

it('sections metrics by prefix', () => {
  const names = ['loss', 'train/acc', 'train/loss', 'val/acc'].map((name) => ({ name }))
  expect(sectionsOf(names).map(({ name, items }) => [name, items.length])).toEqual([
    ['', 1],
    ['train', 2],
    ['val', 1],
  ])
})

it('pinned metrics come first, in the order of the pins', () => {
  const sections = sectionsOf(['loss', 'val/acc', 'val/loss'].map((name) => ({ name })))
  const found = withPinned(sections, ['val/loss', 'loss', 'none'])
  expect(found.map(({ name, items }) => [name, ...items.map((item) => item.name)])).toEqual([
    ['Pinned', 'val/loss', 'loss'],
    ['val', 'val/acc'],
  ])
  expect(withPinned(sections, [''])).toBe(sections)
})
