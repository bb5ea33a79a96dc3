import { describe, expect, it } from 'vitest'
import pyyaml from '../../../../test/golden/pyyaml_scalars.golden.json' with { type: 'json' }
import { Float, parseJson } from './json.ts'
import { LongInteger } from './long-integer.ts'
import { parseYaml as readYaml } from './yaml.ts'

const parseYaml = (text: string) => readYaml(text).value

describe('parseYaml', () => {
  it.each([
    ['1', 1],
    ['1.0', new Float(1)],
    ['1e-4', 1e-4],
    ['1.0e+05', new Float(100_000)],
    ['.inf', new Float(Number.POSITIVE_INFINITY)],
    ['.nan', new Float(Number.NaN)],
    ['a', 'a'],
    ['y', 'y'],
    ['"1"', '1'],
    ['2020-01-01', '2020-01-01'],
    ['~', null],
    ['', null],
    ['true', true],
    ['{a: , b: 2}', { a: null, b: 2 }],
    ['1: a\ntrue: b', { '1': 'a', true: 'b' }],
    ['a: &x {p: 1, q: 2}\nb: {<<: *x, q: 3}', { a: { p: 1, q: 2 }, b: { p: 1, q: 3 } }],
    ['a: &x [1, 2.0]\nb: *x', { a: [1, new Float(2)], b: [1, new Float(2)] }],
    ['a: !!str 1', { a: '1' }],
    ['!!float 1', new Float(1)],
    ['!!float "1e-5"', 1e-5],
    ['!!float 010', new Float(10)],
    ['!!int "3"', 3],
    ['!!bool yes', true],
    ['!!bool "off"', false],
    ['!!null ""', null],
    ['! 1', '1'],
    ['on: 1\nno: 2\ny: 3\n1_0: 4', { on: 1, no: 2, y: 3, '1_0': 4 }],
    ['"yes"', 'yes'],
    ["'010'", '010'],
    ['|-\n  010', '010'],
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

describe('plain scalars that YAML 1.1 and 1.2 read differently', () => {
  it.each([
    ['10_000_000', 10_000_000, 'is read as the number 10000000; write it without _'],
    ['1_000.5', 1000.5, 'is read as the number 1000.5'],
    ['yes', true, 'is read as the boolean true, as in YAML 1.1; write true, or quotes for the text'],
    ['Off', false, 'is read as the boolean false'],
    ['010', 8, 'is read as the octal number 8, as in YAML 1.1; write 8 or 10, or quotes for the text'],
    ['-010', -8, 'write -8 or -10'],
    ['007', 7, undefined],
    ['08', 8, 'is read as the number 8; write 8, or quotes for the text'],
    ['0b101', 5, 'is read as the number 5'],
    ['0o17', 15, 'is read as the number 15'],
    ['-0x1F', -31, 'is read as the number -31'],
    ['0x1F', 31, undefined],
    ['1:30', '1:30', 'is read as text; YAML 1.1 reads 90; write 90, or quotes for the text'],
    ['1e-5', 1e-5, undefined],
    ['1E5', new Float(1e5), undefined],
    ['-.5', -0.5, undefined],
    ['12e5678', '12e5678', 'is too large for a number and is read as text; write quotes around it'],
    ['7e10a3b', '7e10a3b', undefined],
    ['2020-01-01', '2020-01-01', undefined],
    ['0_', 0, 'is read as the number 0'],
  ])('%s', (text, value, warning) => {
    const parsed = readYaml(`# a comment\na: [${text}]\n`)
    expect(parsed.value).toStrictEqual({ a: [value] })
    expect(parsed.warnings).toEqual(
      warning === undefined ? [] : [expect.stringMatching(/^line 2: /) && expect.stringContaining(warning)],
    )
  })

  it('are warned about once for each text, with the first line, and counted beyond twenty', () => {
    expect(readYaml('a: yes\nb: yes\nc: no\n').warnings).toEqual([
      'line 1: yes is read as the boolean true, as in YAML 1.1; write true, or quotes for the text (2 times)',
      expect.stringContaining('line 3: no'),
    ])
    const many = Array.from({ length: 30 }, (_, i) => `- 1_00${i}`).join('\n')
    expect(readYaml(many).warnings).toHaveLength(20)
    expect(readYaml(many).warnings.at(-1)).toBe('and 11 more values that readers of YAML may read otherwise')
  })

  it.each(pyyaml as [string, string, unknown][])(
    '%s: as PyYAML reads it, or by a rule above',
    (text, type, theirs) => {
      const { value, warnings } = readYaml(`a: ${text}\n`)
      const ours = (value as { a: unknown }).a
      const same =
        type === 'null'
          ? ours === null
          : type === 'int'
            ? ours instanceof LongInteger
              ? String(ours.value) === theirs
              : ours === Number(theirs)
            : type === 'float'
              ? floatValue(ours) !== undefined && Object.is(floatValue(ours), pythonFloat(theirs as string))
              : ours === theirs
      if (same) {
        // Where PyYAML is followed and YAML 1.2 reads text or another number, the reader hears of it.
        if (warnings.length > 0) expect(text).toMatch(/^(?:yes|no|on|off)$|_|^[-+]?0[0-7bx]|^-?\d+e\d+$/i)
        return
      }
      const rule =
        // Numbers of YAML 1.2, which PyYAML takes for text: exponents without dot or sign, a sign before the dot.
        (type === 'str' && floatValue(ours) === Number(text) && /[eE]|^[-+]\./.test(text)) ||
        // Finite numerals beyond a double.
        (type === 'float' && ours === text && /inf/.test(theirs as string) && /\d/.test(text)) ||
        // Times.
        (text.includes(':') && ours === text && warnings.length === 1) ||
        // Leading zeros that are not octal, and 0o17.
        (type === 'str' && /^[-+]?0\d*[89]\d*$|^[-+]?0o/.test(text) && warnings.length === 1) ||
        // Dates and texts that PyYAML fails to read.
        ((type === 'date' || type === 'error') && (ours === text || warnings.length === 1))
      expect(rule, JSON.stringify({ text, type, theirs, ours, warnings })).toBe(true)
    },
  )

  const floatValue = (value: unknown): number | undefined =>
    value instanceof Float ? value.value : typeof value === 'number' ? value : undefined
  const pythonFloat = (text: string): number =>
    Number(text.replace('-inf', '-Infinity').replace(/^inf/, 'Infinity').replace('nan', 'NaN'))
})
