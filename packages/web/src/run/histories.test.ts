import { expect, it } from 'vitest'
import { histories } from './histories.ts'

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
