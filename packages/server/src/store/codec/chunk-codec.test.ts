import { Float, type Json } from '@chimney/core/schema/json'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Row } from './chunk.ts'
import { decodeRows, encodeRows } from './chunk-codec.ts'

/** As parseJson gives them: a Float only where a plain number could not tell. */
const floating = fc.double().map((x) => (Number.isInteger(x) || !Number.isFinite(x) ? new Float(x) : x))
const integer = fc.oneof(
  fc.integer(),
  fc.maxSafeInteger(),
  fc.constantFrom(0, -(2 ** 51), 2 ** 51, 2 ** 53, 1e300),
)
// JSON text has no plain -0; a column of numbers keeps it, see below.
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
/** Columns of one kind each, as training makes them, and of any kinds. */
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
  it('give back every row without loss', () => {
    fc.assert(
      fc.property(rows, (rows) => {
        expect(decodeRows(encodeRows(rows).payload)).toEqual(rows)
      }),
      { numRuns: 500 },
    )
  })

  it('keep -0 apart from 0, 1.0 apart from 1, and NaN what it is', () => {
    const values = { minus: -0, one: new Float(1), nan: new Float(Number.NaN), mixed: [1, new Float(1)] }
    const [row] = decodeRows(encodeRows([{ index: 0, at: 0, values }]).payload)
    expect(Object.is(row?.values.minus, -0)).toBe(true)
    expect(row?.values.one).toBeInstanceOf(Float)
    expect(row?.values.nan).toEqual(new Float(Number.NaN))
    expect(row?.values.mixed).toEqual([1, new Float(1)])
  })

  it('keep a name of the prototype a mere name', () => {
    const values = Object.fromEntries([['__proto__', 1]])
    const [row] = decodeRows(encodeRows([{ index: 0, at: 0, values }]).payload)
    expect(Object.keys(row?.values ?? {})).toEqual(['__proto__'])
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  })

  it('have the same content at another time', () => {
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

  it('carry values as deep as JSON may be at the door', () => {
    let deep: Json = 'x'
    for (let level = 0; level < 98; level++) deep = [deep]
    const rows = [{ index: 0, at: 0, values: { deep } }]
    expect(decodeRows(encodeRows(rows).payload)).toEqual(rows)
  })

  it('take thousands of names, each in one row, without a column per row', () => {
    const rows = Array.from({ length: 5_000 }, (_, i) => ({
      index: i,
      at: i,
      values: { [`name ${i}`]: i / 3 },
    }))
    const { payload } = encodeRows(rows)
    expect(payload.length).toBeLessThan(200_000)
    expect(decodeRows(payload)).toEqual(rows)
  })

  it('refuse rows that do not ascend, and bytes of another make', () => {
    const row = (index: number) => ({ index, at: 0, values: {} })
    expect(() => encodeRows([row(2), row(1)])).toThrow(RangeError)
    expect(() => decodeRows(new Uint8Array([7, 1]))).toThrow(RangeError)
    expect(() => decodeRows(new Uint8Array([0, 5]))).toThrow(RangeError)
  })
})
