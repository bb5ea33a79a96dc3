import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseJson, stringifyJson } from '../schema/json.ts'
import type { Params } from '../schema/params.ts'
import { parseSweepConfig } from '../schema/parse-sweep-config.ts'
import { Problem } from '../schema/problem.ts'
import type { SweepConfig } from '../schema/sweep-config.ts'
import { buildSpace } from '../space/build-space.ts'
import { checkParams } from '../space/check-params.ts'
import { grid } from './grid.ts'
import { samplerFor } from './pick.ts'
import { random } from './random.ts'
import { samplerSuite, spaceOf, suggestAll } from './sampler.suite.ts'
import { sobol } from './sobol.ts'

samplerSuite('random', random)
samplerSuite('sobol', sobol)
samplerSuite('grid', grid, { listsOnly: true })

const range = (count: number) => Array.from({ length: count }, (_, i) => i)

describe('random', () => {
  it.each([
    ['equal chances', '{"a": {"values": ["x", "y", "z"]}}', { x: 1 / 3, y: 1 / 3, z: 1 / 3 }],
    [
      'weights',
      '{"a": {"values": ["x", "y", "z"], "probabilities": [0.7, 0.2, 0.1]}}',
      { x: 0.7, y: 0.2, z: 0.1 },
    ],
  ])('draws the first point of a finite space in proportion to its chance: %s', (_, parameters, chances) => {
    const space = spaceOf(parameters)
    const sampler = random(space)
    const n = 3_000
    const counts: Record<string, number> = { x: 0, y: 0, z: 0 }
    for (const seed of range(n)) counts[suggestAll(sampler, space, seed, [0])[0]!.a as string]!++
    for (const [value, chance] of Object.entries(chances)) {
      // Five standard deviations: a false alarm in 1.7 million, and the seeds are fixed.
      expect(Math.abs(counts[value]! - n * chance)).toBeLessThan(5 * Math.sqrt(n * chance * (1 - chance)))
    }
  })

  it('draws the second point in proportion to what is left', () => {
    const space = spaceOf('{"a": {"values": ["x", "y", "z"], "probabilities": [0.6, 0.3, 0.1]}}')
    const sampler = random(space)
    let afterX = 0
    let yAfterX = 0
    for (const seed of range(4_000)) {
      const [first, second] = suggestAll(sampler, space, seed, [0, 1])
      if (first!.a !== 'x') continue
      afterX++
      if (second!.a === 'y') yAfterX++
    }
    expect(Math.abs(yAfterX / afterX - 0.75)).toBeLessThan(5 * Math.sqrt((0.75 * 0.25) / afterX))
  })

  it('exhausts an uneven space that is too large to order at once, without a repetition', () => {
    const space = spaceOf(
      '{"a": {"values": [1, 2, 3], "probabilities": [0.9, 0.09, 0.01]}, "b": {"min": 1, "max": 6000}}',
    )
    const size = random(space).capacity({ space, seed: 1, enqueued: [] })
    expect(size).toBeGreaterThan(16_384)
    const all = suggestAll(random(space), space, 1, range(size))
    expect(new Set(all.map((params) => stringifyJson(params))).size).toBe(size)
  })

  it('takes a trial in a space of 2^50 equal points at once, however late', () => {
    const space = spaceOf('{"a": {"min": 1, "max": 1125899906842624}}')
    const late = suggestAll(random(space), space, 1, [0, 123_456_789_012])
    expect(late[0]).not.toEqual(late[1])
  })

  it.each([
    ['random', random],
    ['sobol', sobol],
    ['grid', grid],
  ] as const)('counts what is left of a huge space at once, whatever was enqueued: %s', (method, make) => {
    const space = spaceOf(
      `{${range(20)
        .map((i) => `"p${i}": {"values": [1, 2, 2, 3]}`)
        .join(',')}}`,
      method,
    )
    const sampler = make(space)
    const point = (last: number) => ({ ...Object.fromEntries(range(20).map((i) => [`p${i}`, 1])), p9: last })
    const enqueued = [
      { before: 0, params: point(3) },
      { before: 5, params: point(2) },
      { before: 9, params: point(2) },
    ]
    const left = sampler.capacity({ space, seed: 1, enqueued })
    // The third cell of a grid in order is point(3): it was enqueued in time; point(2), the second, was not.
    expect(3 ** 20 - left).toBe(method === 'grid' ? 1 : 2)
  })

  it('gives other draws for another seed', () => {
    const space = spaceOf('{"a": {"min": 0.0, "max": 1.0}}')
    expect(suggestAll(random(space), space, 1, [0, 1])).not.toEqual(
      suggestAll(random(space), space, 2, [0, 1]),
    )
  })

  it('does not move a parameter when another one does not exist', () => {
    const space = spaceOf(
      '{"a": {"values": [1, 2]}, "b": {"min": 0.0, "max": 1.0, "when": {"a": 1}}, "c": {"min": 0.0, "max": 1.0}}',
    )
    const plain = spaceOf(
      '{"a": {"values": [1, 2]}, "b": {"min": 0.0, "max": 1.0}, "c": {"min": 0.0, "max": 1.0}}',
    )
    const indices = range(20)
    expect(suggestAll(random(space), space, 4, indices).map(({ c }) => c)).toEqual(
      suggestAll(random(plain), plain, 4, indices).map(({ c }) => c),
    )
  })
})

describe('sobol', () => {
  it('spreads its first points: one in each quarter of each range', () => {
    const space = spaceOf(
      `{${range(200)
        .map((i) => `"p${i}": {"min": 0.0, "max": 4.0}`)
        .join(',')}}`,
    )
    const points = suggestAll(sobol(space), space, 6, [0, 1, 2, 3])
    for (const name of Object.keys(points[0]!)) {
      expect(points.map((params) => Math.floor(params[name] as number)).sort()).toEqual([0, 1, 2, 3])
    }
  })

  it('gives eight categories and eight integers once each in eight points', () => {
    const space = spaceOf(
      '{"a": {"values": [0, 1, 2, 3, 4, 5, 6, 7]}, "b": {"min": 0, "max": 7}, "c": {"min": 0.0, "max": 1.0}}',
    )
    const points = suggestAll(sobol(space), space, 2, range(8))
    for (const name of ['a', 'b'])
      expect(points.map((params) => params[name] as number).sort()).toEqual(range(8))
  })
})

describe('any config that is accepted', () => {
  const number = fc.oneof(
    fc.integer({ min: -20, max: 20 }),
    fc.constantFrom(0.1, 1e-9, 1e-300, 1e300, 1e15, 709, 2 ** 53 - 1, 0.5, 2.5, 5e-324),
    fc.double({ min: -1e6, max: 1e6, noNaN: true }),
  )
  const values = fc.array(fc.jsonValue({ maxDepth: 1 }), { minLength: 1, maxLength: 5 })
  const leaf = fc.oneof(
    fc.record({
      distribution: fc.constantFrom(
        'uniform',
        'int_uniform',
        'log_uniform',
        'log_uniform_values',
        'inv_log_uniform',
        'inv_log_uniform_values',
      ),
      min: number,
      max: number,
    }),
    fc.record(
      {
        distribution: fc.constantFrom('q_uniform', 'q_log_uniform', 'q_log_uniform_values'),
        min: number,
        max: number,
        q: number,
      },
      { requiredKeys: ['distribution', 'min', 'max'] },
    ),
    fc.record(
      { distribution: fc.constantFrom('normal', 'log_normal'), mu: number, sigma: number },
      { requiredKeys: ['distribution'] },
    ),
    fc.record(
      { distribution: fc.constantFrom('q_normal', 'q_log_normal'), mu: number, sigma: number, q: number },
      { requiredKeys: ['distribution'] },
    ),
    fc.record(
      { distribution: fc.constant('beta'), a: number, b: number },
      { requiredKeys: ['distribution'] },
    ),
    fc.record(
      { distribution: fc.constant('q_beta'), a: number, b: number, q: number },
      { requiredKeys: ['distribution'] },
    ),
    fc.record(
      { values, when: fc.constantFrom({ deciding: [1] }, { deciding: [2, 3] }) },
      { requiredKeys: ['values'] },
    ),
    fc.record({ value: fc.jsonValue({ maxDepth: 1 }) }),
  )
  const parameters = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), leaf, {
    minKeys: 1,
    maxKeys: 4,
    noNullPrototype: true,
  })

  it.each(['random', 'sobol', 'grid'])('gives points of its space: %s', (method) => {
    let accepted = 0
    fc.assert(
      fc.property(parameters, fc.nat(), (given, seed) => {
        const text = JSON.stringify({ method, parameters: { ...given, deciding: { values: [1, 2, 3] } } })
        fc.pre(!text.includes('__proto__'))
        let config: SweepConfig
        try {
          config = parseSweepConfig(text).config
        } catch (error) {
          expect(error).toBeInstanceOf(Problem)
          return
        }
        accepted++
        const space = buildSpace(config.parameters)
        const sampler = samplerFor(config, space)
        const count = Math.min(8, sampler.capacity({ space, seed, enqueued: [] }))
        expect(count).toBeGreaterThan(0)
        const all = suggestAll(sampler, space, seed, range(count))
        for (const params of all) {
          const stored = stringifyJson(params)
          expect(stored).not.toMatch(/NaN|Infinity/)
          expect(checkParams(space, parseJson(stored) as Params)).toEqual([])
        }
        if (Number.isFinite(space.size))
          expect(new Set(all.map((params) => stringifyJson(params))).size).toBe(count)
      }),
      { numRuns: 600 },
    )
    expect(accepted).toBeGreaterThan(method === 'grid' ? 10 : 50)
  })
})

describe('samplerFor', () => {
  const pick = (text: string) => {
    const { config } = parseSweepConfig(text)
    return samplerFor(config, spaceOf('{"a": {"values": [1]}}'))
  }
  it.each(['random', 'grid', 'sobol'])('knows %s', (method) => {
    expect(pick(`{method: ${method}, parameters: {a: {values: [1]}}}`).needsHistory).toBe(false)
  })

  it.each([
    ['{method: custom, parameters: {a: {values: [1]}}}', 'local controller'],
    ['{method: random, controller: {type: local}, parameters: {a: {values: [1]}}}', 'local controller'],
  ])('says what to use instead: %s', (text, message) => {
    expect(() => pick(text)).toThrow(
      expect.objectContaining({
        kind: 'invalid',
        code: 'method-not-available',
        message: expect.stringContaining(message),
        issues: [expect.objectContaining({ fix: expect.stringContaining('random') })],
      }),
    )
  })
})
