import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import golden from '../../../../test/golden/wandb_sweeps.golden.json' with { type: 'json' }
import { rngOf } from '../math/rng.ts'
import { Float, type Json, numberOf, parseJson } from '../schema/json.ts'
import { parseSweepConfig } from '../schema/parse-sweep-config.ts'
import { buildSpace } from './build-space.ts'
import { cellsOf } from './cells.ts'
import { distributionOf, type RealConfig } from './distribution-of.ts'
import { fillPoint, paramsOf, pointOf } from './point.ts'
import type { Dimension } from './space.ts'

const spaceOf = (parameters: string) =>
  buildSpace(parseSweepConfig(`{"method": "random", "parameters": ${parameters}}`).config.parameters)
const dimensionFor = (parameter: string): Dimension => spaceOf(`{"x": ${parameter}}`).dimensions[0]!

/** W&B's rounding, which the recorded values follow. */
const nearest = (parameter: string) =>
  parameter.replace(
    /"distribution": "q_(?:uniform|log_uniform|log_uniform_values|beta)"/,
    '$&, "rounding": "nearest"',
  )

const RANGES = [
  '{"distribution": "q_uniform", "min": 2, "max": 10, "q": 5}',
  '{"distribution": "q_uniform", "min": 0.3, "max": 1.0, "q": 0.25}',
  '{"distribution": "q_uniform", "min": 0.1, "max": 0.3, "q": 0.1}',
  '{"distribution": "q_uniform", "min": -1.0, "max": 1.0, "q": 0.3}',
  '{"distribution": "q_log_uniform_values", "min": 4, "max": 100, "q": 16}',
  '{"distribution": "q_log_uniform", "min": 0.0, "max": 3.0, "q": 4}',
  '{"distribution": "q_beta", "q": 0.4}',
]
const PARAMETERS = [
  ...golden.quantiles.flatMap(({ parameter }) => [parameter, nearest(parameter)]),
  ...RANGES,
].filter((parameter, i, all) => all.indexOf(parameter) === i && !/: 20, "max": 20/.test(parameter))

describe('a dimension', () => {
  it.each(golden.quantiles)("has W&B's value at each quantile: $parameter", ({ parameter, values }) => {
    const dimension = dimensionFor(nearest(parameter))
    const expected = parseJson(values) as readonly Json[]
    for (const [i, u] of golden.u.entries()) {
      const value = dimension.decode(u)
      const want = expected[i]!
      const [x, y] = [numberOf(value), numberOf(want)]
      if (x === undefined || y === undefined) expect(value).toEqual(want)
      else expect(Math.abs(x - y)).toBeLessThanOrEqual(1e-9 * Math.max(1e-3, Math.abs(y)))
      // The engine's integers stay integers and its floats floats, but for categories, which are as they were written.
      if (dimension.categories === undefined) expect(isFloat(value)).toBe(isFloat(want))
    }
  })

  const isFloat = (value: Json) => value instanceof Float || !Number.isInteger(value)

  it.each(PARAMETERS)('stays inside its ends: %s', (parameter) => {
    const dimension = dimensionFor(parameter)
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (u) => {
        const value = dimension.decode(u)
        if (dimension.categories !== undefined) {
          expect(dimension.categories).toContainEqual(value)
          return
        }
        const x = numberOf(value)!
        expect(Number.isFinite(x)).toBe(true)
        expect(x).toBeGreaterThanOrEqual(dimension.low)
        expect(x).toBeLessThanOrEqual(dimension.high)
      }),
      { examples: [[0], [1], [5e-324], [1 - 2 ** -53]] },
    )
  })

  it.each([
    [RANGES[0]!, [5, 10]],
    [RANGES[1]!, [0.5, 0.75, 1]],
    [RANGES[2]!, [0.1, 0.2, 0.3]],
    [RANGES[3]!, [-0.9, -0.6, -0.3, 0, 0.3, 0.6, 0.9]],
    [RANGES[4]!, [16, 32, 48, 64, 80, 96]],
    [RANGES[5]!, [4, 8, 12, 16, 20]],
    [RANGES[6]!, [0, 0.4, 0.8]],
    [nearest(RANGES[0]!), [0, 5, 10]],
  ])('has only the multiples of q in its range, unless it is W&B rounding: %s', (parameter, values) => {
    const dimension = dimensionFor(parameter)
    const listed = Array.from({ length: dimension.size }, (_, i) => numberOf(dimension.at(i))!)
    expect(listed).toHaveLength(values.length)
    for (const [i, value] of values.entries()) expect(listed[i]).toBeCloseTo(value, 12)
    expect(listed.every((x) => x >= dimension.low && x <= dimension.high)).toBe(true)
  })

  it('of a config stored before the rule of rounding keeps its values', () => {
    const { dimensions } = buildSpace({ x: { distribution: 'q_uniform', min: 2, max: 10, q: 5 } })
    expect([0, 1, 2].map(dimensions[0]!.at)).toEqual([0, 5, 10])
  })

  it.each(PARAMETERS)('encodes what it decoded to the same value: %s', (parameter) => {
    const dimension = dimensionFor(parameter)
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true }), (u) => {
        const value = dimension.decode(u)
        const back = dimension.encode(value)
        expect(back).toBeDefined()
        const again = dimension.decode(back!)
        if (dimension.step === undefined && dimension.categories === undefined) {
          const [x, y] = [numberOf(value)!, numberOf(again)!]
          expect(Math.abs(x - y)).toBeLessThanOrEqual(1e-7 * Math.max(Math.abs(x), 1e-6))
        } else {
          expect(again).toEqual(value)
        }
      }),
    )
  })

  // Kolmogorov and Smirnov's distance of n draws to the distribution, at a false-alarm rate of 1e-6 per parameter by the bound of
  // Massart 1990: sqrt(ln(2 / 1e-6) / 2n). The seed is fixed, so an alarm repeats.
  const n = 4_000
  const bound = Math.sqrt(Math.log(2 / 1e-6) / (2 * n))
  it.each(PARAMETERS.filter((parameter) => !/value"|values"/.test(parameter)))(
    'follows its distribution: %s',
    (parameter) => {
      const dimension = dimensionFor(parameter)
      const rng = rngOf(17, 1)
      const draws = Array.from({ length: n }, () => numberOf(dimension.decode(rng.uniform()))!).sort(
        (a, b) => a - b,
      )
      const upTo = cdfOf(dimension)
      for (const [i, x] of draws.entries()) {
        if (draws[i + 1] === x) continue
        expect(Math.abs(upTo(x) - (i + 1) / n)).toBeLessThanOrEqual(bound)
      }
    },
  )

  /** The distribution itself has been compared with scipy's quantiles above. */
  function cdfOf({ config, encode, step }: Dimension): (x: number) => number {
    if (config.distribution === 'int_uniform') return (x) => encode(x)! + 0.5 / (config.max - config.min + 1)
    const distribution = distributionOf(config as RealConfig)
    return (x) => distribution.cdf(x + (step ?? 0) / 2)
  }

  it.each(PARAMETERS)(
    'lists its values, each once and ascending, with chances that sum to 1: %s',
    (parameter) => {
      const dimension = dimensionFor(parameter)
      if (!Number.isFinite(dimension.size)) return
      let sum = 0
      for (let i = 0; i < dimension.size; i++) {
        const value = dimension.at(i)
        expect(dimension.indexOf(value)).toBe(i)
        expect(dimension.indexAtQuantile(dimension.encode(value)!)).toBe(i)
        expect(dimension.decode(dimension.encode(value)!)).toEqual(value)
        expect(dimension.probabilityOf(i)).toBeGreaterThan(0)
        sum += dimension.probabilityOf(i)
        if (i > 0 && dimension.categories === undefined) {
          expect(numberOf(value)!).toBeGreaterThan(numberOf(dimension.at(i - 1))!)
        }
      }
      expect(sum).toBeCloseTo(1, 9)
    },
  )

  it.each([
    ['single float', '{"min": 2.0, "max": 2.0}', 1],
    ['single integer', '{"min": 2, "max": 2}', 1],
    ['no spread', '{"distribution": "normal", "sigma": 0}', 1],
    ['repeated values', '{"values": [1, 1.0, 2, 1]}', 2],
    ['values of all types', '{"values": [1, "1", true, null, [1], {"a": 1}, false, 0, ""]}', 9],
    ['a value without a chance', '{"values": [1, 2], "probabilities": [0, 1]}', 1],
    ['integers up to 2^53', '{"min": -9007199254740991, "max": 9007199254740991}', Number.POSITIVE_INFINITY],
    [
      'half a step at both ends',
      '{"distribution": "q_uniform", "min": 0.5, "max": 2.5, "q": 1, "rounding": "nearest"}',
      2,
    ],
  ])('counts its values: %s', (_, parameter, size) => {
    expect(dimensionFor(parameter).size).toBe(size)
  })

  it('gives the value that was drawn more often where values are repeated', () => {
    const dimension = dimensionFor('{"values": ["a", "b", "a"]}')
    expect([0, 1].map(dimension.probabilityOf)).toEqual([2 / 3, 1 / 3])
    expect([0.1, 0.5, 0.9].map(dimension.decode)).toEqual(['a', 'b', 'a'])
  })

  it('holds ten thousand categories', () => {
    const dimension = dimensionFor(
      JSON.stringify({ values: Array.from({ length: 10_000 }, (_, i) => `v${i}`) }),
    )
    expect(dimension.size).toBe(10_000)
    expect(dimension.decode(0.5)).toBe('v5000')
    expect(dimension.indexOf('v9999')).toBe(9_999)
  })
})

describe('a space', () => {
  it('flattens nested names, sorted at each level, and nests them again', () => {
    const space = spaceOf(
      '{"b": {"parameters": {"z": {"value": 1}, "a": {"value": 2}}}, "a": {"value": 3}, "b-c": {"value": 4}}',
    )
    expect(space.dimensions.map(({ name }) => name)).toEqual(['a', 'b.a', 'b.z', 'b-c'])
    const params = paramsOf(space, [3, 2, 1, 4])
    expect(params).toEqual({ a: 3, b: { a: 2, z: 1 }, 'b-c': 4 })
    expect(pointOf(space, params)).toEqual([3, 2, 1, 4])
  })

  const CONDITIONAL = `{
    "opt": {"values": ["adam", "sgd", "none"]},
    "beta": {"values": [0.9, 0.99], "when": {"opt": ["adam"]}},
    "sgd": {"parameters": {
      "momentum": {"values": [0, 0.5, 0.9]},
      "nesterov": {"values": [true, false], "when": {"sgd.momentum": [0.5, 0.9]}}
    }, "when": {"opt": "sgd"}},
    "batch": {"values": [16, 32]}
  }`

  it('leaves parameters out whose condition does not hold', () => {
    const space = spaceOf(CONDITIONAL)
    const choose = (...wanted: Json[]) =>
      paramsOf(
        space,
        fillPoint(
          space,
          (dimension) => wanted.find((value) => dimension.indexOf(value) !== undefined) ?? dimension.at(0),
        ),
      )
    expect(choose('none')).toEqual({ batch: 16, opt: 'none' })
    expect(choose('adam', 0.99)).toEqual({ batch: 16, beta: 0.99, opt: 'adam' })
    expect(choose('sgd', 0)).toEqual({ batch: 16, opt: 'sgd', sgd: { momentum: 0 } })
    expect(choose('sgd', 0.9, false)).toEqual({
      batch: 16,
      opt: 'sgd',
      sgd: { momentum: 0.9, nesterov: false },
    })
  })

  it('counts and numbers the points of a conditional space, each once', () => {
    const space = spaceOf(CONDITIONAL)
    // (adam: 2, none: 1, sgd: 1 without momentum and 2 × 2 with) × batch
    expect(space.size).toBe((2 + 1 + 1 + 4) * 2)
    const cells = cellsOf(space.dimensions)
    const points = Array.from({ length: cells.size }, (_, cell) => cells.pointAt(cell))
    expect(new Set(points.map((point) => JSON.stringify(point))).size).toBe(space.size)
    for (const [cell, point] of points.entries()) {
      expect(cells.cellOf(point)).toBe(cell)
      expect(cells.cellBy((d) => space.dimensions[d]!.indexOf(point[d]!)!)).toBe(cell)
      expect(cells.cellOf(pointOf(space, paramsOf(space, point)))).toBe(cell)
    }
    expect(cells.cellOf([...points[0]!.slice(0, 1), 7, ...points[0]!.slice(2)])).toBeUndefined()
  })

  it.each([
    ['{"a": {"value": 1, "when": {"b": [1]}}}', 'parameters.a.when', 'b is not a parameter'],
    ['{"a": {"value": 1, "when": {"b": [3]}}, "b": {"values": [1, 2]}}', 'parameters.a.when', 'b is never 3'],
    [
      '{"a": {"value": 1, "when": {"b": [0.5]}}, "b": {"min": 0.0, "max": 1.0}}',
      'parameters.a.when',
      'no list of values',
    ],
    [
      '{"a": {"values": [1], "when": {"b": [1]}}, "b": {"values": [1], "when": {"a": [1]}}}',
      'parameters.a.when',
      'depends on itself',
    ],
    ['{"a": {"values": [1], "when": {"a": [1]}}}', 'parameters.a.when', 'depends on itself'],
  ])('refuses a condition that makes no sense: %s', (parameters, path, message) => {
    try {
      spaceOf(parameters)
      expect.unreachable()
    } catch (error) {
      expect(error).toMatchObject({
        code: 'invalid-sweep-config',
        issues: [{ path, message: expect.stringContaining(message), fix: expect.any(String) }],
      })
    }
  })

  it('refuses conditions with too many combinations', () => {
    const deciding = Array.from({ length: 8 }, (_, i) => `"p${i}": {"min": 1, "max": 10}`).join(',')
    const when = Array.from({ length: 8 }, (_, i) => `"p${i}": [1]`).join(',')
    expect(() => spaceOf(`{${deciding}, "x": {"value": 1, "when": {${when}}}}`)).toThrow('combinations')
  })

  it('is infinite when a dimension is, or when the count is beyond 2^52', () => {
    expect(spaceOf('{"a": {"min": 0.0, "max": 1.0}, "b": {"values": [1]}}').size).toBe(
      Number.POSITIVE_INFINITY,
    )
    const many = Array.from({ length: 40 }, (_, i) => `"p${i}": {"min": 1, "max": 10}`).join(',')
    expect(spaceOf(`{${many}}`).size).toBe(Number.POSITIVE_INFINITY)
  })
})
