// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${…} are the macros under test
import { parseJson } from '@chimney/core/schema/json'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { commandOf, expandCommand, type MacroInput } from './macros.ts'
import { pythonFloat, pythonText } from './python.ts'

const params = parseJson(
  '{"lr": 1e-05, "batch": 16, "scale": 1.0, "flip": true, "crop": false, "opt": {"name": "adam", "b": [1, null]}}',
) as Record<string, unknown>
const input: MacroInput = {
  program: 'train.py',
  params,
  env: { HOME: '/home/ann', EVIL: '${args}', EMPTY: '' },
  interpreter: 'python',
  argsJsonFile: '/tmp/config-r.json',
  platform: 'linux',
}
const expand = (...command: unknown[]) => expandCommand(command, input)

describe('command macros', () => {
  it.each([
    { word: '${env}', gives: ['/usr/bin/env'] },
    { word: '${interpreter}', gives: ['python'] },
    { word: '${program}', gives: ['train.py'] },
    {
      word: '${args}',
      gives: [
        '--batch=16',
        '--crop=False',
        '--flip=True',
        '--lr=1e-05',
        "--opt={'name': 'adam', 'b': [1, None]}",
        '--scale=1.0',
      ],
    },
    {
      word: '${args_no_equals}',
      gives: [
        '--batch',
        '16',
        '--crop',
        'False',
        '--flip',
        'True',
        '--lr',
        '1e-05',
        '--opt',
        "{'name': 'adam', 'b': [1, None]}",
        '--scale',
        '1.0',
      ],
    },
    {
      word: '${args_no_boolean_flags}',
      gives: ['--batch=16', '--flip', '--lr=1e-05', "--opt={'name': 'adam', 'b': [1, None]}", '--scale=1.0'],
    },
    {
      word: '${args_json}',
      gives: [
        '{"batch":16,"crop":false,"flip":true,"lr":0.00001,"opt":{"name":"adam","b":[1,null]},"scale":1.0}',
      ],
    },
    { word: '${args_json_file}', gives: ['/tmp/config-r.json'] },
    { word: '${unknown}', gives: [] },
    { word: '${envvar:HOME}', gives: ['/home/ann'] },
    { word: 'data=${envvar:HOME}/x:${envvar:NONE}', gives: ['data=/home/ann/x:NONE'] },
    { word: '${envvar:EMPTY}', gives: [''] },
    { word: '${envvar:EVIL}', gives: ['${args}'] },
    { word: 'x${args}', gives: ['x${args}'] },
    { word: '', gives: [''] },
    { word: 3, gives: ['3'] },
  ])('$word becomes $gives', ({ word, gives }) => {
    expect(expand(word)).toEqual(gives)
  })

  it.each([
    { word: '${args_no_hyphens}', before: '' },
    { word: '${args_append_hydra}', before: '+' },
    { word: '${args_override_hydra}', before: '++' },
  ])('$word puts "$before" before name=value', ({ word, before }) => {
    expect(expandCommand([word], { ...input, params: { b: 1, a: 'x y' } })).toEqual([
      `${before}a=x y`,
      `${before}b=1`,
    ])
  })

  it('keeps words without a macro, for any parameters', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), fc.dictionary(fc.string(), fc.string()), (words, values) => {
        const plain = words.filter((word) => !word.includes('${'))
        expect(expandCommand(plain, { ...input, params: values })).toEqual(plain)
      }),
    )
  })

  it('expands to one word per parameter for any value, and never expands a value', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.string()), (values) => {
        const words = expandCommand(['${args}'], { ...input, params: values })
        const sorted = Object.entries(values).sort(([one], [other]) => (one < other ? -1 : 1))
        expect(words).toEqual(sorted.map(([name, value]) => `--${name}=${value}`))
      }),
    )
  })
})

describe('the command of a sweep', () => {
  it.each([
    { title: 'its command', config: { command: ['a'], program: 'train.py' }, first: 'a' },
    { title: 'python for .py', config: { program: 'train.py' }, first: '${env}' },
    { title: 'node for .mjs', config: { program: 'train.mjs' }, first: 'node' },
    { title: 'tsx for .ts', config: { program: 'src/train.ts' }, first: 'npx' },
    { title: 'the program itself for .sh', config: { program: 'bin/train.sh' }, first: '${program}' },
    {
      title: 'the program in the current folder for .sh',
      config: { program: 'train.sh' },
      first: './train.sh',
    },
    { title: 'undefined without both', config: { command: [] }, first: undefined },
  ])('is $title', ({ config, first }) => {
    expect(commandOf(config)?.[0]).toBe(first)
  })
})

describe("Python's text form", () => {
  // Made with CPython 3.11: repr(x).
  it.each([
    [0.1, '0.1'],
    [1e-4, '0.0001'],
    [1e-5, '1e-05'],
    [1.5e-7, '1.5e-07'],
    [123456.789, '123456.789'],
    [1e15, '1000000000000000.0'],
    [1e16, '1e+16'],
    [1.7976931348623157e308, '1.7976931348623157e+308'],
    [5e-324, '5e-324'],
    [-0, '-0.0'],
    [Number.NaN, 'nan'],
    [-Infinity, '-inf'],
  ])('writes the float %d as %s', (value, text) => {
    expect(pythonFloat(value)).toBe(text)
  })

  it('quotes text inside a list as repr does', () => {
    expect(pythonText(["it's", 'say "hi"', `both ' and "`, 'a\\b\n\u0001é'])).toBe(
      String.raw`["it's", 'say "hi"', 'both \' and "', 'a\\b\n\x01é']`,
    )
  })

  it('writes integers in full digits', () => {
    expect(pythonText(1e21)).toBe('1000000000000000000000')
  })

  it('reads back as the same number', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (x) =>
        Object.is(Number(pythonFloat(x)), x),
      ),
    )
  })
})
