import { expect, it } from 'vitest'
import { csvOf } from './csv.ts'

it('quotes fields where needed, and keeps numbers', () => {
  expect(
    csvOf([
      ['a', 'b,c', 'say "x"'],
      [1, -0.5, undefined],
      [true, [1], 'two\nlines'],
    ]),
  ).toBe('a,"b,c","say ""x"""\r\n1,-0.5,\r\ntrue,[1],"two\nlines"\r\n')
})

it('escapes formulas', () => {
  expect(csvOf([['=1+1', '@x', '-x']])).toBe("'=1+1,'@x,'-x\r\n")
})
