import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parseSortableFloat, sortableFloat } from './sortable.ts'

const number = fc.double({ noNaN: true })

it('sorts as text in numeric order', () => {
  fc.assert(
    fc.property(number, number, (a, b) => {
      const [x, y] = [sortableFloat(a), sortableFloat(b)]
      expect(x < y).toBe(a < b)
      expect(x === y).toBe(a === b)
    }),
  )
})

it('round-trips the number, with 16 digits each', () => {
  fc.assert(
    fc.property(number, (value) => {
      expect(sortableFloat(value)).toMatch(/^[0-9a-f]{16}$/)
      expect(parseSortableFloat(sortableFloat(value))).toBe(value + 0)
    }),
  )
})
