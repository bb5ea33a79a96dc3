import { expect, it } from 'vitest'
import { csvOf } from './csv.ts'

it('quotes what needs it, and leaves numbers as they are', () => {
  expect(
    csvOf([
      ['a', 'b,c', 'say "x"'],
      [1, -0.5, undefined],
      [true, [1], 'two\nlines'],
    ]),
  ).toBe('a,"b,c","say ""x"""\r\n1,-0.5,\r\ntrue,[1],"two\nlines"\r\n')
})

it('never lets text become a formula', () => {
  expect(csvOf([['=1+1', '@x', '-x']])).toBe("'=1+1,'@x,'-x\r\n")
})
