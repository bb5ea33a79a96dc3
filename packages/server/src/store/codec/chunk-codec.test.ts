import { Float, type Json } from '@chimney/core/schema/json'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Row } from './chunk.ts'
import { decodeRows, encodeRows } from './chunk-codec.ts'

/** Values as parseJson returns them: a Float only where a plain number would be ambiguous. */
const floating = fc.double().map((x) => (Number.isInteger(x) || !Number.isFinite(x) ? new Float(x) : x))
const integer = fc.oneof(
  fc.integer(),
  fc.maxSafeInteger(),
  fc.constantFrom(0, -(2 ** 51), 2 ** 51, 2 ** 53, 1e300),
)
// JSON text has no -0; a column of numbers preserves it, see below.
const plain = fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => x + 0)
const nested: fc.Arbitrary<Json> = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom(null, true, false),
    floating,
    integer,
    fc.string({ unit: 'grapheme' }),
    fc.array(tie('json')),
    fc.dictionary(
      fc.string({ unit: 'grapheme' }).filter((key) => key !== '__proto__'),
      tie('json'),
      {
        noNullPrototype: true,
      },
    ),
  ),
})).json
const names = fc.oneof(
  fc.constantFrom('loss', 'acc', 'epoch', '', 'constructor', '_step', '1'),
  fc.string({ unit: 'grapheme' }),
)
/** Columns of one kind each, as training logs them, and of mixed kinds. */
const values = fc.oneof(
  fc.dictionary(names, floating, { noNullPrototype: true }),
  fc.dictionary(names, integer, { noNullPrototype: true }),
  fc.dictionary(names, plain, { noNullPrototype: true }),
  fc.dictionary(names, nested, { noNullPrototype: true }),
)
const rows = fc
  .array(
    fc.record({
      index: fc.oneof(fc.nat(1_000), fc.maxSafeNat()),
      at: fc.oneof(fc.nat(), fc.maxSafeInteger(), fc.double({ noNaN: true })),
      values,
    }),
    { minLength: 1, maxLength: 20 },
  )
  .map((all): Row[] => all.toSorted((a, b) => a.index - b.index))

describe('the bytes of a chunk', () => {
  it('decode to the same rows', () => {
    fc.assert(
      fc.property(rows, (rows) => {
        expect(decodeRows(encodeRows(rows).payload)).toEqual(rows)
      }),
      { numRuns: 500 },
    )
  })

  it('distinguish -0 from 0 and 1.0 from 1, and preserve NaN', () => {
    const values = { minus: -0, one: new Float(1), nan: new Float(Number.NaN), mixed: [1, new Float(1)] }
    const [row] = decodeRows(encodeRows([{ index: 0, at: 0, values }]).payload)
    expect(Object.is(row?.values.minus, -0)).toBe(true)
    expect(row?.values.one).toBeInstanceOf(Float)
    expect(row?.values.nan).toEqual(new Float(Number.NaN))
    expect(row?.values.mixed).toEqual([1, new Float(1)])
  })

  it('treat names of the prototype as plain names', () => {
    const values = Object.fromEntries([['__proto__', 1]])
    const [row] = decodeRows(encodeRows([{ index: 0, at: 0, values }]).payload)
    expect(Object.keys(row?.values ?? {})).toEqual(['__proto__'])
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  })

  it('have equal content at different times', () => {
    fc.assert(
      fc.property(rows, fc.nat(), (rows, at) => {
        const later = rows.map((row) => ({ ...row, at }))
        expect(encodeRows(later).content).toEqual(encodeRows(rows).content)
      }),
    )
  })

  it('have other content when a value or an index differs', () => {
    const one = { index: 3, at: 0, values: { loss: 0.5 } }
    const contents = [
      one,
      { ...one, index: 4 },
      { ...one, values: { loss: new Float(1) } },
      { ...one, values: { loss: 1 } },
    ]
    expect(new Set(contents.map((row) => Buffer.from(encodeRows([row]).content).toString('hex'))).size).toBe(
      4,
    )
  })

  it('hold values as deep as the API accepts', () => {
    let deep: Json = 'x'
    for (let level = 0; level < 98; level++) deep = [deep]
    const rows = [{ index: 0, at: 0, values: { deep } }]
    expect(decodeRows(encodeRows(rows).payload)).toEqual(rows)
  })

  it('hold thousands of names, each in one row, without a column per row', () => {
    const rows = Array.from({ length: 5_000 }, (_, i) => ({
      index: i,
      at: i,
      values: { [`name ${i}`]: i / 3 },
    }))
    const { payload } = encodeRows(rows)
    expect(payload.length).toBeLessThan(200_000)
    expect(decodeRows(payload)).toEqual(rows)
  })

  it('refuse rows out of order, and bytes of another layout', () => {
    const row = (index: number) => ({ index, at: 0, values: {} })
    expect(() => encodeRows([row(2), row(1)])).toThrow(RangeError)
    expect(() => decodeRows(new Uint8Array([7, 1]))).toThrow(RangeError)
    expect(() => decodeRows(new Uint8Array([0, 5]))).toThrow(RangeError)
  })
})
