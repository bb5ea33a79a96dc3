import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rngOf } from '../../math/rng.ts'
import type { Json } from '../../schema/json.ts'
import { parseSweepConfig } from '../../schema/parse-sweep-config.ts'
import { Problem } from '../../schema/problem.ts'
import { buildSpace } from '../build-space.ts'
import { checkParams } from '../check-params.ts'
import { completeParams } from '../complete-params.ts'
import { fillPoint } from '../point.ts'
import type { Space } from '../space.ts'
import { MAX_CHECKED_CELLS } from './allowed-cells.ts'
import { constrain, spaceOf } from './constrain.ts'
import { allowedQuantiles } from './region.ts'

const PARAMETERS = {
  backbone: { min: 16, max: 256 },
  head: { min: 8, max: 256 },
  optimizer: { values: ['sgd', 'adam'] },
  lr: { distribution: 'log_uniform_values', min: 0.001, max: 1.5 },
  momentum: { min: 0.0, max: 0.95, when: { optimizer: ['sgd'] } },
  nesterov: { values: [true, false], when: { optimizer: ['sgd'] } },
  depth: { values: [2, 4, null] },
  opt: { parameters: { lr: { min: 0.0, max: 1.5 } } },
  'learning-rate': { min: 0.0, max: 1.5 },
}
const space = buildSpace(
  parseSweepConfig({ method: 'random', parameters: PARAMETERS } as Json).config.parameters,
)

/** Whether a point with these values (others in the middle) is allowed. */
function holds(text: string, values: { readonly [name: string]: Json }): boolean {
  const one = constrain(space, [text])
  const point = fillPoint(space, (dimension) =>
    Object.hasOwn(values, dimension.name) ? values[dimension.name]! : dimension.decode(0.5),
  )
  return one.constraints![0]!.shortfall(point) === 0
}

describe('an expression', () => {
  it.each<[string, { readonly [name: string]: Json }, boolean]>([
    ['head <= backbone / 2', { head: 8, backbone: 16 }, true],
    ['head <= backbone / 2', { head: 9, backbone: 16 }, false],
    ['head < backbone / 2', { head: 8, backbone: 16 }, false],
    ['head >= backbone / 2', { head: 8, backbone: 16 }, true],
    ['head == 8', { head: 8 }, true],
    ['head != 8', { head: 8 }, false],
    ['not (optimizer == "sgd" and lr > 0.1)', { optimizer: 'sgd', lr: 0.2 }, false],
    ['not (optimizer == "sgd" and lr > 0.1)', { optimizer: 'adam', lr: 0.2 }, true],
    ["optimizer != 'sgd' or lr <= 0.1", { optimizer: 'sgd', lr: 0.2 }, false],
    ['!(optimizer === "sgd") || lr <= 0.1', { optimizer: 'sgd', lr: 0.05 }, true],
    ['optimizer in ["adam"]', { optimizer: 'adam' }, true],
    ['not (head in [8, 16, 32])', { head: 16 }, false],
    ['opt.lr <= lr', { 'opt.lr': 0.5, lr: 0.25 }, false],
    ['param("learning-rate") <= lr', { 'learning-rate': 0.1, lr: 0.25 }, true],
    ['backbone % head == 0', { backbone: 64, head: 16 }, true],
    ['backbone % 10 == 6 and (0 - backbone) % 10 == 4', { backbone: 16 }, true],
    ['backbone // 10 == 1', { backbone: 16 }, true],
    ['log2(backbone) == round(log2(backbone))', { backbone: 64 }, true],
    ['max(head, backbone) - min(head, backbone) <= 1e1', { head: 20, backbone: 31 }, false],
    ['2 ** 3 + -head == 0', { head: 8 }, true],
    ['head * backbone <= 1_0', { head: 8, backbone: 16 }, true],
  ])('%s of %j: %s', (text, values, expected) => {
    if (text.includes('_0')) return expect(() => constrain(space, [text])).toThrow(Problem)
    expect(holds(text, values)).toBe(expected)
  })

  it.each<[string, { readonly [name: string]: Json }, boolean]>([
    // A parameter that does not exist, or is null among numbers, makes the conditions about it unknown.
    ['momentum > 0.5', { optimizer: 'adam' }, true],
    ['not (momentum > 0.5)', { optimizer: 'adam' }, true],
    ['lr < 0.1 and momentum > 0.5', { optimizer: 'adam', lr: 0.05 }, true],
    ['lr < 0.1 and momentum > 0.5', { optimizer: 'adam', lr: 0.2 }, false],
    ['lr < 0.1 or momentum > 0.5', { optimizer: 'adam', lr: 0.2 }, true],
    ['nesterov', { optimizer: 'adam' }, true],
    ['nesterov', { optimizer: 'sgd', nesterov: false }, false],
    ['nesterov == (momentum > 0.5)', { optimizer: 'sgd', nesterov: true, momentum: 0.75 }, true],
    ['depth <= 2', { depth: 4 }, false],
    ['depth <= 2', { depth: null }, true],
    ['depth == null or depth <= 2', { depth: null }, true],
    ['depth != None', { depth: null }, false],
    // 0/0 is not a number.
    ['opt.lr / opt.lr > 2', { 'opt.lr': 0 }, true],
    ['1 / opt.lr < 2', { 'opt.lr': 0 }, false],
  ])('%s of %j: %s, where something is unknown', (text, values, expected) => {
    expect(holds(text, values)).toBe(expected)
  })

  it.each([
    ['head <= width', 'width is not a parameter', 'name one of backbone'],
    ['haed <= 1', 'haed is not a parameter', 'write head'],
    ['opt <= 1', 'opt is a group', 'opt.lr'],
    ['learning-rate < 1', 'learning is not a parameter', 'param("learning-rate")'],
    ['optimizer == "sdg"', 'optimizer is never "sdg"', '"sgd", "adam"'],
    ['optimizer in ["adam", "rms"]', 'never "rms"', 'adam'],
    ['optimizer < 3', 'needs numbers', '== or !='],
    ['optimizer == 3', 'never equal', 'same type'],
    ['head + optimizer > 1', '+ needs numbers', 'compare optimizer'],
    ['head', 'head is a number, not a condition', 'head <= 1'],
    ['head and lr < 1', 'not a condition', 'compare it'],
    ['not head > 1', 'not', 'parentheses'],
    ['8 <= head <= 16', 'chained', 'a < b and b < c'],
    ['head = 8', '= assigns', '=='],
    ['head <=', 'column 8', 'for example'],
    ['(head <= 8', 'unclosed', 'for example'],
    ['head <= 8 8', 'more than one', 'and'],
    ['"abc', 'unclosed quote', 'for example'],
    ['head ? 1 : 2', 'not supported', 'and, or'],
    ['sin(head) < 1', 'no function sin', 'abs'],
    ['max(head) < 1', 'at least 2 values', 'max(a, b)'],
    ['constructor("return 1")()', 'name is expected', 'param'],
    ['head.constructor == 1', 'head.constructor is not', 'name one of'],
    ['__proto__ == 1', '__proto__ is not', 'name one of'],
    ['head["x"] == 1', 'a name is expected', 'param'],
    ['this == 1', 'not supported', 'and'],
    ['1 < 2', 'no parameter is named', 'backbone'],
    ['head not in [8]', "'not in'", 'not (name in'],
    ['head in 8', 'needs a list', '["a", "b"]'],
    ['   ', 'empty', 'head'],
  ])('is refused with the place and the fix: %s', (text, message, fix) => {
    const source = {
      method: 'random',
      parameters: PARAMETERS,
      constraints_on_parameters: ['head <= 256', text],
    }
    try {
      parseSweepConfig(source as Json)
    } catch (error) {
      const [issue] = (error as Problem).issues
      expect(issue!.path).toBe('constraints_on_parameters.1')
      expect(issue!.message.toLowerCase()).toContain(message.toLowerCase())
      expect(issue!.fix).toContain(fix)
      return
    }
    expect.unreachable()
  })

  it('of a thousand characters is read and checked quickly, however it is nested', () => {
    const texts = [
      `${'('.repeat(450)}head <= 8${')'.repeat(450)}`,
      `${'not '.repeat(200)}(head <= 8)`,
      `head <= 8${' and head <= 8'.repeat(70)}`,
      `head <= ${'-'.repeat(980)}8`,
      `head in [${'1,'.repeat(480)}8]`,
      '('.repeat(1000),
      '[[[['.repeat(250),
    ]
    const before = performance.now()
    for (const text of texts) {
      try {
        const one = constrain(space, [text])
        for (let seed = 0; seed < 10; seed++) allowedQuantiles(one, rngOf(seed, 1))
      } catch (error) {
        expect(error).toBeInstanceOf(Problem)
      }
    }
    expect(performance.now() - before).toBeLessThan(5_000)
  })
})

describe('a config', () => {
  const parsed = (config: object) => parseSweepConfig(config as Json)
  const issuesOf = (config: object) => {
    try {
      parsed(config)
      return []
    } catch (error) {
      return (error as Problem).issues
    }
  }
  const grid = { a: { values: [1, 2, 3] }, b: { values: [1, 2, 3] } }

  it('keeps its constraints as they are written, without a warning', () => {
    const text = 'method: grid\nparameters: {a: {values: [1, 2]}}\nconstraints_on_parameters:\n  - a <= 1\n'
    const { config, warnings } = parseSweepConfig(text)
    expect(config.constraints_on_parameters).toEqual(['a <= 1'])
    expect(warnings).toEqual([])
  })

  it.each(['random', 'grid'])(
    'of method %s is refused when nothing is left, which is found exactly',
    (method) => {
      const config = { method, parameters: grid, constraints_on_parameters: ['a <= 3', 'a + b > 6'] }
      expect(issuesOf(config)).toMatchObject([
        { path: 'constraints_on_parameters', message: expect.stringContaining('a + b > 6') },
      ])
      expect(issuesOf({ ...config, constraints_on_parameters: ['a + b >= 6'] })).toEqual([])
    },
  )

  it('of real parameters is refused when no try found anything', () => {
    const parameters = { x: { min: 0.0, max: 1.5 }, y: { min: 0.0, max: 1.5 } }
    const config = { method: 'random', parameters, constraints_on_parameters: ['x + y == 0.3'] }
    expect(issuesOf(config)).toMatchObject([{ message: expect.stringContaining('20000 tries') }])
    expect(issuesOf({ ...config, constraints_on_parameters: ['abs(x + y - 0.3) < 1e-6'] })).toEqual([])
  })

  it('of a grid with too many cells to check is refused', () => {
    const parameters = { a: { min: 1, max: 1000 }, b: { min: 1, max: 1000 } }
    const config = { method: 'grid', parameters, constraints_on_parameters: ['a < b'] }
    expect(issuesOf(config)).toMatchObject([
      { message: expect.stringContaining(`${MAX_CHECKED_CELLS} cells`) },
    ])
    expect(issuesOf({ ...config, method: 'random' })).toEqual([])
  })

  it.each([
    ['a < b'],
    [['a < b', 3]],
    [Array(51).fill('a < b')],
    [Array(9).fill(`a < ${'1 + '.repeat(120)}b`)],
    [['']],
  ])('is refused with %j', (given) => {
    const config = { method: 'random', parameters: grid, constraints_on_parameters: given }
    expect(issuesOf(config)[0]!.path).toMatch(/^constraints_on_parameters/)
  })
})

describe('given parameters', () => {
  const of = (texts: readonly string[], parameters: object): Space =>
    spaceOf(
      parseSweepConfig({ method: 'random', parameters, constraints_on_parameters: texts } as Json).config,
    )

  it('that a constraint forbids are refused with its text', () => {
    const one = of(['head <= backbone / 2'], { head: { min: 1, max: 64 }, backbone: { min: 1, max: 64 } })
    expect(checkParams(one, { head: 32, backbone: 64 })).toEqual([])
    expect(checkParams(one, { head: 33, backbone: 64 })).toMatchObject([
      {
        path: 'backbone',
        message: expect.stringContaining('head <= backbone / 2'),
        fix: expect.stringContaining('head'),
      },
    ])
  })

  it('are completed so that all constraints hold, or the issue says what is missing', () => {
    const parts = Object.fromEntries(Array.from({ length: 6 }, (_, i) => [`w${i}`, { min: 0.0, max: 1.5 }]))
    const one = of(['w0 + w1 + w2 + w3 + w4 + w5 <= 1', 'w0 >= w1'], parts)
    for (let seed = 0; seed < 20; seed++) {
      const { params, issues } = completeParams(one, { w1: 0.25 }, rngOf(seed, 1, 1))
      expect(issues).toEqual([])
      expect(checkParams(one, params)).toEqual([])
      expect(params).toMatchObject({ w1: 0.25 })
    }
    expect(completeParams(one, { w1: 0.75 }, rngOf(1, 1, 1)).issues).toMatchObject([
      { path: 'w0', message: expect.stringContaining('w0 >= w1') },
    ])
  })

  it('of every part of an allowed point are accepted', () => {
    fc.assert(
      fc.property(fc.nat(), fc.array(fc.boolean(), { minLength: 9, maxLength: 9 }), (seed, kept) => {
        const one = constrain(space, ['head <= backbone / 2', 'momentum < lr or nesterov', 'opt.lr <= lr'])
        const quantiles = allowedQuantiles(one, rngOf(seed, 1))!
        const given: { [name: string]: Json } = {}
        for (const [d, dimension] of space.dimensions.entries())
          if (kept[d] && dimension.path.length === 1 && dimension.when.length === 0)
            given[dimension.name] = dimension.decode(quantiles[d]!)
        const { params, issues } = completeParams(one, given, rngOf(seed, 2))
        expect(issues).toEqual([])
        expect(checkParams(one, params)).toEqual([])
      }),
      { seed: 5, numRuns: 300 },
    )
  })
})
