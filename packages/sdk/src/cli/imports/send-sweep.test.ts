import { expect, it } from 'vitest'
import { batchesOf } from './send-sweep.ts'

const trial = (points: number, text = '') => ({
  params: { x: 1, text },
  points: Array.from({ length: points }, (_, step) => ({ step, values: { loss: step } })),
})

it('keeps batches below the limits of a request, in order', () => {
  const sizes = (trials: readonly ReturnType<typeof trial>[]) => {
    const batches = batchesOf(trials)
    expect(batches.flat()).toEqual(trials)
    return batches.map(({ length }) => length)
  }
  expect(sizes([])).toEqual([])
  expect(sizes(Array.from({ length: 250 }, () => trial(1)))).toEqual([100, 100, 50])
  expect(sizes(Array.from({ length: 5 }, () => trial(4_000)))).toEqual([2, 2, 1])
  expect(sizes(Array.from({ length: 3 }, () => trial(0, 'x'.repeat(900_000))))).toEqual([2, 1])
})
