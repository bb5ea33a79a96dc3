import { describe, expect, it } from 'vitest'
import { stringifyJson } from '../schema/json.ts'
import { parseSweepConfig } from '../schema/sweep-config.ts'
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
      `{"a": {"distribution": "q_normal", "mu": 0, "sigma": 0, "q": 1}, "b": {"distribution": "q_beta", "a": 2, "b": 4, "q": 0.00005}}`,
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

describe('samplerFor', () => {
  const pick = (text: string) => {
    const { config } = parseSweepConfig(text)
    return samplerFor(config, spaceOf('{"a": {"values": [1]}}'))
  }
  it.each(['random', 'grid', 'sobol'])('knows %s', (method) => {
    expect(pick(`{method: ${method}, parameters: {a: {values: [1]}}}`).needsHistory).toBe(false)
  })

  it.each([
    [
      '{method: bayes, metric: {name: l}, parameters: {a: {values: [1]}}}',
      'method bayes is not available yet',
    ],
    ['{method: tpe, metric: {name: l}, parameters: {a: {values: [1]}}}', 'method tpe is not available yet'],
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
