import { expect, it } from 'vitest'
import { reorderByIds } from './frozen-order.ts'

it('keeps the order of known rows, and appends new ones', () => {
  const names = ['e', 'd', 'c', 'b', 'a']
  const idOf = (row: number) => names[row]!
  expect(reorderByIds(['c', 'b', 'a'], [0, 1, 2, 3, 4], idOf).map(idOf)).toEqual(['c', 'b', 'a', 'e', 'd'])
  expect(reorderByIds(['c', 'gone', 'a'], [4, 2], idOf).map(idOf)).toEqual(['c', 'a'])
})
