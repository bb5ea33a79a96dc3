import { Float } from '@chimney/core/schema/json'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { csvOf } from './csv.ts'

describe('CSV', () => {
  it('quotes what needs it and ends lines with CRLF', () => {
    expect(csvOf([['a', 'b,c', 'say "hi"', 'two\nlines', null, 1.5]])).toBe(
      'a,"b,c","say ""hi""","two\nlines",,1.5\r\n',
    )
  })

  it.each(['=1+1', '+1', '-cmd', '@SUM(A1)', '\tx'])('escapes the formula %j, unless raw', (text) => {
    expect(csvOf([[text]])).toContain(`'${text}`)
    expect(csvOf([[text]], true)).toBe(`${text}\r\n`)
  })

  it('writes floats, booleans and objects as JSON', () => {
    expect(csvOf([[new Float(1), true, { a: [1] }]])).toBe('1,true,"{""a"":[1]}"\r\n')
  })

  it('does not escape negative numbers', () => {
    expect(csvOf([[-1.5]])).toBe('-1.5\r\n')
  })

  it('writes any text so that a reader of RFC 4180 reads it back', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.string(), { minLength: 2, maxLength: 3 }), { minLength: 1 }),
        (rows) => {
          expect(readCsv(csvOf(rows, true))).toEqual(rows)
        },
      ),
    )
  })
})

/** Reads RFC 4180. */
const readCsv = (text: string): string[][] => {
  const rows: string[][] = [[]]
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/g)) {
    if (end === '' && quoted === undefined && plain === '') break
    rows.at(-1)?.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'))
    if (end === '\r\n') rows.push([])
  }
  return rows.slice(0, -1)
}
