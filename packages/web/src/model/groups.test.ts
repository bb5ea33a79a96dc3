import { expect, it } from 'vitest'
import { groupsOf, spreadOf } from './groups.ts'

it('groups rows in order of first occurrence', () => {
  const kinds = ['b', 'a', 'b']
  expect(groupsOf([2, 1, 0], (row) => kinds[row]!)).toEqual([
    { name: 'b', rows: [2, 0] },
    { name: 'a', rows: [1] },
  ])
})

it('ignores NaN', () => {
  expect(spreadOf([0, 1, 2], [1, Number.NaN, 3])).toEqual({
    count: 2,
    min: 1,
    mean: 2,
    max: 3,
    deviation: Math.SQRT2,
  })
  expect(spreadOf([1], [1, Number.NaN])).toBeUndefined()
})
