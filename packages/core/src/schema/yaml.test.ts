import { describe, expect, it } from 'vitest'
import { Float, parseJson } from './json.ts'
import { parseYaml } from './yaml.ts'

describe('parseYaml', () => {
  it.each([
    ['1', 1],
    ['1.0', new Float(1)],
    ['1e-4', 1e-4],
    ['1.0e+05', new Float(100_000)],
    ['.inf', new Float(Number.POSITIVE_INFINITY)],
    ['.nan', new Float(Number.NaN)],
    ['yes', 'yes'],
    ['off', 'off'],
    ['"1"', '1'],
    ['2020-01-01', '2020-01-01'],
    ['~', null],
    ['', null],
    ['true', true],
    ['0o17', 15],
    ['{a: , b: 2}', { a: null, b: 2 }],
    ['1: a\ntrue: b', { '1': 'a', true: 'b' }],
    ['a: &x {p: 1, q: 2}\nb: {<<: *x, q: 3}', { a: { p: 1, q: 2 }, b: { p: 1, q: 3 } }],
    ['a: &x [1, 2.0]\nb: *x', { a: [1, new Float(2)], b: [1, new Float(2)] }],
    ['a: !!str 1', { a: '1' }],
  ])('reads %j', (text, value) => {
    expect(parseYaml(text)).toStrictEqual(value)
  })

  it('reads what PyYAML writes for a sweep', () => {
    const text =
      'method: grid\nparameters:\n  a:\n    distribution: uniform\n    max: 1.0e-05\n    min: 1.0e-06\n  b:\n    values:\n    - .inf\n    - "\\xE4"\n    - \'no\'\n    - 1.0\n'
    expect(parseYaml(text)).toStrictEqual({
      method: 'grid',
      parameters: {
        a: { distribution: 'uniform', max: 1e-5, min: 1e-6 },
        b: { values: [new Float(Number.POSITIVE_INFINITY), 'ä', 'no', new Float(1)] },
      },
    })
  })

  it('reads JSON as parseJson does', () => {
    const text = '{"a": [1, 1.0, 1e5, -0.5, true, null, "x\\n"], "b": {}}'
    expect(parseYaml(text)).toStrictEqual(parseJson(text))
  })

  it.each([
    ['a: [1', 'line 1'],
    ['a: 1\na: 2', 'unique'],
    ['a: *b', 'alias'],
    ['? [1]\n: 2', 'a key must be a text'],
    ['a: !!python/tuple [1]', 'tag'],
    ['--- 1\n--- 2', 'malformed'],
    ['__proto__: {a: 1}', '__proto__'],
    ['a: &a [*a]', 'nested'],
    ['<<: 3', 'needs a mapping'],
    [`${'['.repeat(5_000)}`, 'malformed YAML'],
  ])('refuses %j', (text, message) => {
    expect(() => parseYaml(text)).toThrow(
      expect.objectContaining({ code: 'malformed-yaml', message: expect.stringContaining(message) }),
    )
  })

  it('does not unfold a small text into millions of values', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]']
    for (let i = 1; i < 9; i++)
      lines.push(
        `a${i}: &a${i} [${Array(10)
          .fill(`*a${i - 1}`)
          .join(', ')}]`,
      )
    expect(() => parseYaml(lines.join('\n'))).toThrow('unfolds into more than')
  })

  it('stops at the first of many wrong escapes', () => {
    // The library keeps an error with a stack trace for each.
    expect(() => parseYaml(`a: "${'\\q'.repeat(100_000)}"`)).toThrow(
      'malformed YAML at line 1, column 5: Invalid escape sequence',
    )
  })

  it.each([
    { title: 'brackets', text: '['.repeat(200_000) },
    { title: 'anchors', text: '&a '.repeat(30_000) },
    { title: 'comments', text: '#\n'.repeat(30_000) },
    { title: 'values', text: `a: [${'1,'.repeat(30_000)}]` },
    { title: 'lines of a value', text: `a: |\n${'  x\n'.repeat(30_000)}` },
    { title: 'characters', text: `a: ${'x'.repeat(250_000)}` },
    { title: 'words', text: `a: ${'"x"'.repeat(15_000)}` },
  ])('gives up a text of too many $title before it has read it', ({ text }) => {
    expect(() => parseYaml(text)).toThrow(
      expect.objectContaining({ kind: 'too-large', code: 'too-much-yaml' }),
    )
  })

  it('an alias stands for the anchor of its name that came last before it', () => {
    expect(parseYaml('a: &x 1\nb: *x\nc: &x 2\nd: *x\ne: {<<: &m {f: 3}}\ng: *m')).toStrictEqual({
      a: 1,
      b: 1,
      c: 2,
      d: 2,
      e: { f: 3 },
      g: { f: 3 },
    })
  })

  it('reads thousands of keys and aliases in a walk, not in one for each', () => {
    const lines = Array.from({ length: 3_000 }, (_, i) => `k${i}: *a`)
    expect(Object.keys(parseYaml(`a: &a 1\n${lines.join('\n')}`) as object)).toHaveLength(3_001)
  })

  it.each([
    { title: 'lists in brackets', nest: (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}` },
    { title: 'brackets left open', nest: (depth: number) => '['.repeat(depth) },
    { title: 'lists on a line', nest: (depth: number) => `${'- '.repeat(depth)}1` },
    { title: 'mappings', nest: (depth: number) => `${'{a: '.repeat(depth)}1${'}'.repeat(depth)}` },
    { title: 'mappings as keys', nest: (depth: number) => `${'? '.repeat(depth)}1` },
  ])('refuses what is nested too deeply, however deeply: $title', ({ nest }) => {
    for (const depth of [102, 1_000, 3_000])
      expect(() => parseYaml(nest(depth))).toThrow('values may be nested 100 deep at most')
  })
})
