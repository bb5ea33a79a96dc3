import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { valueCount } from './value-count.ts'

function trueCount(json: unknown): number {
  if (typeof json !== 'object' || json === null) return 1
  return 1 + Object.values(json).reduce<number>((sum, child) => sum + trueCount(child), 0)
}

it('is never below the number of values and at most twice as high', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), (json) => {
      const count = valueCount(JSON.stringify(json), Number.POSITIVE_INFINITY)
      expect(count).toBeGreaterThanOrEqual(trueCount(json))
      expect(count).toBeLessThanOrEqual(2 * trueCount(json))
    }),
    { seed: 7 },
  )
})

it('ignores commas and brackets in strings, escaped quotes included', () => {
  expect(valueCount(JSON.stringify(['a,b,[{"c\\",\\\\']), 100)).toBe(2)
  expect(valueCount('"never closed ,,,,', 100)).toBe(1)
})

it('stops above its maximum', () => {
  expect(valueCount(`[${'1,'.repeat(1_000)}1]`, 10)).toBe(11)
})
