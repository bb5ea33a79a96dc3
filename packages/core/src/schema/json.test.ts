import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Float, floatOf, type Json, MAX_JSON_DEPTH, parseJson, plainOf, stringifyJson } from './json.ts'
import { Problem } from './problem.ts'

const json = (): fc.Arbitrary<Json> =>
  fc.letrec<{ value: Json }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom<Json>(
        null,
        true,
        false,
        new Float(1),
        new Float(-0),
        new Float(1e300),
        new Float(Number.NaN),
      ),
      fc.constantFrom<Json>(
        new Float(Number.POSITIVE_INFINITY),
        new Float(Number.NEGATIVE_INFINITY),
        2 ** 60,
        1e23,
      ),
      fc.maxSafeInteger().map((n) => n + 0),
      fc.double({ noNaN: true }).map(floatOf),
      fc.string({ unit: 'binary' }),
      fc.array(tie('value')),
      fc.dictionary(
        fc.string().filter((key) => key !== '__proto__'),
        tie('value'),
        { noNullPrototype: true },
      ),
    ),
  })).value

describe('parseJson', () => {
  it('reads back whatever stringifyJson wrote', () => {
    fc.assert(
      fc.property(json(), (value) => {
        expect(parseJson(stringifyJson(value))).toStrictEqual(value)
      }),
      { numRuns: 500 },
    )
  })

  it('agrees with JSON.parse on all JSON but for the type of numbers', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(0, 1, 2), (value, indent) => {
        const text = JSON.stringify(value, null, indent)
        fc.pre(!text.includes('__proto__'))
        expect(plainOf(parseJson(text))).toEqual(JSON.parse(text))
      }),
    )
  })

  it('reads a number the same way whether or not something else in the text needs care', () => {
    const digits = (min: number, max: number) =>
      fc
        .array(fc.constantFrom('0', '0', '9', '9', '1', '5'), { minLength: min, maxLength: max })
        .map((list) => list.join(''))
    const token = fc
      .tuple(
        fc.constantFrom('', '-'),
        fc.constantFrom('0', '1', '9'),
        digits(0, 18),
        fc.option(digits(1, 22)),
        fc.option(fc.tuple(fc.constantFrom('e', 'E'), fc.constantFrom('', '+', '-'), digits(1, 3))),
      )
      .map(
        ([sign, first, rest, fraction, exponent]) =>
          `${sign}${first}${first === '0' ? '' : rest}${fraction === null ? '' : `.${fraction}`}${exponent === null ? '' : exponent.join('')}`,
      )
    fc.assert(
      fc.property(token, (number) => {
        expect([parseJson(number)]).toStrictEqual((parseJson(`[${number}, NaN]`) as Json[]).slice(0, 1))
      }),
      { numRuns: 5_000 },
    )
  })

  it('never throws anything but a Problem', () => {
    const piece = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      '"a"',
      '\\u00',
      '1',
      '.',
      'e',
      '-',
      'NaN',
      '-Infinity',
      ' ',
      '\n',
      'tru',
      '\u0001',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        try {
          parseJson(pieces.join(''))
        } catch (error) {
          expect(error).toBeInstanceOf(Problem)
          expect(error).toMatchObject({ kind: 'invalid', code: 'malformed-json' })
        }
      }),
      { numRuns: 2_000 },
    )
  })

  it.each([
    ['1', 1],
    ['1.0', new Float(1)],
    ['-0.0', new Float(-0)],
    ['1e5', new Float(1e5)],
    ['1E+2', new Float(100)],
    ['10e-1', new Float(1)],
    ['100.0e-2', new Float(1)],
    ['1.5e-05', 1.5e-5],
    ['0.1', 0.1],
    ['0.10000000000000001', 0.1],
    ['0.99999999999999999', new Float(1)],
    ['123456789012345.00000000001', new Float(123456789012345)],
    ['4503599627370497.5', new Float(4503599627370498)],
    ['1e-400', new Float(0)],
    ['0.000001', 1e-6],
    ['10.00000000000000000001', new Float(10)],
    ['123456789012345678e-2', 1234567890123456.8],
    ['9'.repeat(400), new Float(Number.POSITIVE_INFINITY)],
    ['1e400', new Float(Number.POSITIVE_INFINITY)],
    ['NaN', new Float(Number.NaN)],
    ['[-Infinity, Infinity]', [new Float(Number.NEGATIVE_INFINITY), new Float(Number.POSITIVE_INFINITY)]],
    ['12345678901234567890', 12345678901234567000],
    ['{"a": "NaN 1.0 \\u0041"}', { a: 'NaN 1.0 A' }],
    ['{"a": 1, "a": 2.0}', { a: new Float(2) }],
    [' [ ] ', []],
  ] as const)('reads %s', (text, value) => {
    expect(parseJson(text)).toStrictEqual(value)
  })

  it.each([
    ['', 'line 1, column 1'],
    ['{"a": 1,\n "b": }', 'line 2, column 7'],
    ['[1.0,]', 'line 1, column 6'],
    ['01', 'line 1, column 2'],
    ['{"a" 1}', 'expected ":" but found "1"'],
    ['"abc', 'has no end'],
    ['"a\nb"', 'control character'],
    ['nul', 'expected a value'],
    ['1 2', 'expected nothing more'],
    ['+1', 'expected a value'],
    ['.5', 'expected a value'],
  ])('refuses %j and says where', (text, message) => {
    expect(() => parseJson(text)).toThrow(message)
  })

  it('refuses the key __proto__ however it is spelled, and pollutes nothing', () => {
    for (const text of [
      '{"__proto__": {"polluted": 1}}',
      '{"\\u005f_proto__": {"polluted": 1}}',
      '[{"__pr\\u006fto__": 1}]',
    ]) {
      expect(() => parseJson(text)).toThrow('__proto__')
    }
    expect(({} as { polluted?: number }).polluted).toBeUndefined()
  })

  it('takes values nested as deep as the limit and refuses deeper ones', () => {
    const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`
    expect(() => parseJson(nested(MAX_JSON_DEPTH))).not.toThrow()
    expect(() => parseJson(nested(MAX_JSON_DEPTH + 1))).toThrow('nested')
    expect(() => parseJson(nested(200_000))).toThrow('nested')
  })
})

describe('stringifyJson', () => {
  it('writes floats with a point, integers in full, and what JSON lacks as words or strings', () => {
    const value = { a: new Float(1), b: 1, c: new Float(Number.NaN), d: 1e22, e: new Float(1e22), f: -0 }
    expect(stringifyJson(value)).toBe('{"a":1.0,"b":1,"c":NaN,"d":10000000000000000000000,"e":1e+22,"f":0}')
    expect(stringifyJson(value, { nonFinite: 'string' })).toContain('"c":"NaN"')
  })

  it('writes JSON that every parser reads when non-finite numbers are strings', () => {
    fc.assert(
      fc.property(json(), (value) => {
        const read = JSON.parse(stringifyJson(value, { nonFinite: 'string' }))
        expect(JSON.stringify(read)).toBe(JSON.stringify(plainOf(value)))
      }),
    )
  })
})
