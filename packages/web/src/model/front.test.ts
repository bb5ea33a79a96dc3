import { expect, it } from 'vitest'
import { frontRows } from './front.ts'

const trials = (count: number) => Array.from({ length: count }, () => ({ state: 'finished' as const }))

it('has what no other trial dominates, in any number of objectives, and equal trials all', () => {
  const acc = Float64Array.of(0.9, 0.8, 0.9, 0.7, 0.9)
  const ms = Float64Array.of(30, 10, 30, 20, 40)
  const objectives = [
    { values: acc, goal: 'maximize' as const },
    { values: ms, goal: 'minimize' as const },
  ]
  expect(frontRows(objectives, trials(5))).toEqual([0, 1, 2])
  const size = { values: Float64Array.of(5, 5, 6, 1, 5), goal: 'minimize' as const }
  expect(frontRows([...objectives, size], trials(5))).toEqual([0, 1, 3])
})

it('leaves out trials that failed, are infeasible, or lack a value', () => {
  const objectives = [
    { values: Float64Array.of(1, 0, 0, Number.NaN), goal: 'minimize' as const },
    { values: Float64Array.of(1, 0, 0, 0), goal: 'minimize' as const },
  ]
  const given = [
    { state: 'finished' },
    { state: 'failed' },
    { state: 'finished', feasible: false },
    { state: 'finished' },
  ] as const
  expect(frontRows(objectives, given)).toEqual([0])
})
