import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { JsonScanner } from './json-scanner.ts'

const scan = (pieces: readonly string[], marks: number): void => {
  const scanner = new JsonScanner({ marks, values: marks })
  for (const piece of pieces) scanner.add(piece)
}
const passes = (pieces: readonly string[], marks: number): boolean => {
  try {
    scan(pieces, marks)
    return true
  } catch {
    return false
  }
}
function valuesOf(json: unknown): number {
  if (typeof json !== 'object' || json === null) return 1
  return 1 + Object.values(json).reduce<number>((sum, child) => sum + valuesOf(child), 0)
}

it('passes what has half of the marks, and refuses what has more values than marks', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), (json) => {
      const values = valuesOf(json)
      expect(passes([JSON.stringify(json)], 2 * values)).toBe(true)
      if (values > 1)
        expect(passes([JSON.stringify(json)], Math.max(0, Math.floor(values / 2) - 1))).toBe(false)
    }),
    { seed: 7 },
  )
})

it('judges a text the same in one piece and in pieces, wherever they are cut', () => {
  const json = fc.oneof(
    fc.jsonValue({ maxDepth: 4 }),
    fc.string({ unit: fc.constantFrom('\\', '"', ',', '[', 'a') }),
  )
  fc.assert(
    fc.property(json, fc.array(fc.nat(200)), fc.nat(20), (value, cuts, marks) => {
      const text = JSON.stringify(value)
      const at = [0, ...cuts.map((cut) => Math.min(cut, text.length)).sort((a, b) => a - b), text.length]
      const pieces = at.slice(1).map((end, k) => text.slice(at[k], end))
      expect(passes(pieces, marks)).toBe(passes([text], marks))
    }),
    { seed: 7, numRuns: 1_000 },
  )
})

describe('refuses before the end of the text', () => {
  it.each([
    { title: 'depth', text: '['.repeat(101), code: 'malformed-json' },
    { title: 'members', text: `{${'"a":1,'.repeat(10_000)}`, code: 'too-many-members' },
    { title: 'values', text: `[${'1,'.repeat(20_000)}`, code: 'too-many-values' },
  ])('$title', ({ text, code }) => {
    expect(() => scan([text], 15_000)).toThrow(expect.objectContaining({ code }))
  })

  it('but not signs within a string, nor a long list', () => {
    expect(passes([JSON.stringify('[{,'.repeat(10_000))], 1)).toBe(true)
    expect(passes([`[${'1,'.repeat(14_000)}1]`], 15_000)).toBe(true)
    expect(passes([`{${'"a":1,'.repeat(9_999)}"a":1}`], 15_000)).toBe(true)
  })
})
