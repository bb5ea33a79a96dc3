import { expect, it } from 'vitest'
import { curveOver } from './curve-axis.ts'

const loss = { steps: [0, 1, 2, 3], seconds: [0, 5, 10, 15], values: [4, 3, 2, 1] }

it('is over its steps, its time, or a metric that was logged at other steps', () => {
  expect(curveOver(loss, 'step', undefined)).toEqual({ xs: [0, 1, 2, 3], ys: [4, 3, 2, 1] })
  expect(curveOver(loss, 'time', undefined).xs).toEqual([0, 5, 10, 15])
  const epoch = { steps: [1, 3], seconds: [0, 0], values: [10, 20] }
  expect(curveOver(loss, 'epoch', epoch)).toEqual({ xs: [10, 15, 20], ys: [3, 2, 1] })
  const falling = { steps: [0, 3], seconds: [0, 0], values: [3, 0] }
  expect(curveOver(loss, 'lr', falling)).toEqual({ xs: [0, 1, 2, 3], ys: [1, 2, 3, 4] })
  expect(curveOver(loss, 'unknown', undefined).xs).toEqual([])
})
