import type { TrialBody } from '@chimney/core/schema/api/trials'
import { expect, it } from 'vitest'
import { bestSoFar } from './best-so-far.ts'

const at = (seconds: number) => new Date(1e12 + seconds * 1000).toISOString()
const trial = (number: number, from: number, to: number, more: Partial<TrialBody>) =>
  ({
    number,
    state: 'finished',
    created_at: at(from),
    started_at: at(from),
    updated_at: at(to),
    ...more,
  }) as TrialBody
// The second one ends first.
const trials = [
  trial(1, 0, 20, { value: 3 }),
  trial(2, 0, 10, { value: 5 }),
  trial(3, 10, 30, { value: 1, state: 'stopped' }),
  trial(4, 20, 40, { value: 0, feasible: false }),
  trial(5, 20, 50, { value: 2 }),
  trial(6, 40, 60, { state: 'failed' }),
  trial(7, 50, 70, { state: 'running' }),
]

it('follows the ends of trials over trials, wall-clock time and compute, up to the last end', () => {
  expect(bestSoFar(trials, 'minimize', 'trials')).toEqual({ xs: [1, 2, 5, 6], ys: [5, 3, 2, 2] })
  expect(bestSoFar(trials, 'minimize', 'time').xs).toEqual([10, 20, 50, 60])
  expect(bestSoFar(trials, 'minimize', 'compute').xs).toEqual([10, 30, 100, 120])
  expect(bestSoFar(trials, 'maximize', 'trials')).toEqual({ xs: [1, 6], ys: [5, 5] })
  expect(bestSoFar([], 'minimize', 'trials')).toEqual({ xs: [], ys: [] })
})
