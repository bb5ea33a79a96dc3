import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type Goal, paretoRows } from './pareto.ts'

it('returns the non-dominated rows for both goals', () => {
  const [xs, ys] = [
    [1, 2, 3, 3],
    [5, 3, 4, 1],
  ]
  expect(paretoRows(xs, ys, ['minimize', 'minimize'])).toEqual([0, 1, 3])
  expect(paretoRows(xs, ys, ['maximize', 'maximize'])).toEqual([0, 2])
})

it('leaves out rows without both values, and keeps equal rows', () => {
  expect(paretoRows([1, Number.NaN, 1], [1, 0, 1], ['minimize', 'minimize'])).toEqual([0, 2])
})

it('agrees with a pairwise dominance check', () => {
  const value = fc.integer({ min: 0, max: 8 })
  fc.assert(
    fc.property(
      fc.array(fc.tuple(value, value), { maxLength: 30 }),
      fc.constantFrom<Goal>('minimize', 'maximize'),
      fc.constantFrom<Goal>('minimize', 'maximize'),
      (points, goalX, goalY) => {
        const better = (goal: Goal, a: number, b: number) => (goal === 'minimize' ? a < b : a > b)
        const dominated = ([x, y]: [number, number]) =>
          points.some(
            ([u, v]) =>
              !better(goalX, x, u) && !better(goalY, y, v) && (better(goalX, u, x) || better(goalY, v, y)),
          )
        const expected = points.flatMap((point, row) => (dominated(point) ? [] : [row]))
        const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)]
        expect(paretoRows(xs, ys, [goalX, goalY]).sort((a, b) => a - b)).toEqual(expected)
      },
    ),
  )
})
