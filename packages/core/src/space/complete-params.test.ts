import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rngOf } from '../math/rng.ts'
import { canonicalKey } from '../schema/canonical.ts'
import { type Json, parseJson, stringifyJson } from '../schema/json.ts'
import type { Params } from '../schema/params.ts'
import { parseSweepConfig } from '../schema/parse-sweep-config.ts'
import { buildSpace } from './build-space.ts'
import { checkParams } from './check-params.ts'
import { completeParams } from './complete-params.ts'
import { fillPoint, paramsOf, pointOf } from './point.ts'
import { drawQuantiles } from './quantiles.ts'
import type { Point, Space } from './space.ts'

const spaceOf = (parameters: object): Space =>
  buildSpace(parseSweepConfig({ method: 'random', parameters } as Json).config.parameters)

const models = spaceOf({
  m: { values: ['svm', 'rf', 'none'] },
  C: { min: 0.0, max: 1.5, when: { m: ['svm'] } },
  depth: { min: 1, max: 9, when: { m: ['rf'] } },
  opt: { parameters: { lr: { min: 0.1, max: 0.5 }, mom: { min: 0.5, max: 0.9 } } },
})

describe('completeParams', () => {
  it.each(Array.from({ length: 20 }, (_, seed) => seed))(
    'draws what is missing given the rest, seed %i',
    (seed) => {
      const complete = (given: string) =>
        completeParams(models, parseJson(given) as Params, rngOf(seed, 1, 1))
      const whole = complete('{"m": "rf", "depth": 3}')
      expect(whole.issues).toEqual([])
      expect(Object.keys(whole.params).sort()).toEqual(['depth', 'm', 'opt'])
      expect(complete('{"m": "none"}').params).not.toHaveProperty('C')
      const nested = complete('{"opt": {"lr": 0.25}}')
      expect(nested.params.opt).toEqual({ lr: expect.anything(), mom: expect.anything() })
      expect(stringifyJson((nested.params.opt as Params).lr!)).toBe('0.25')
      // What decides whether a given parameter exists is drawn so that it does.
      expect(complete('{"depth": 3}').params).toMatchObject({ m: 'rf', depth: 3 })
    },
  )

  it('draws every value with which a given parameter exists', () => {
    const space = spaceOf({ a: { values: [1, 2, 3, 4] }, b: { min: 0.0, max: 0.5, when: { a: [2, 4] } } })
    const drawn = Array.from(
      { length: 100 },
      (_, seed) => completeParams(space, { b: 0.25 }, rngOf(seed, 1, 1)).params.a,
    )
    expect(new Set(drawn)).toEqual(new Set([2, 4]))
  })

  it('names what is wrong, and nothing that was not given', () => {
    const issuesOf = (given: Params) => completeParams(models, given, rngOf(3, 1, 1)).issues
    expect(issuesOf({ m: 'svm', depth: 3 })).toMatchObject([{ path: 'depth', fix: 'leave depth out' }])
    expect(issuesOf({ C: 0.5, depth: 3 })).toHaveLength(1)
    expect(issuesOf({ opt: 3 })).toMatchObject([{ path: 'opt' }])
    expect(issuesOf({ opt: { lr: 2, other: 1 } })).toMatchObject([{ path: 'opt.lr' }, { path: 'opt.other' }])
  })

  it('accepts every part of every point, and keeps it', () => {
    let count = 0
    fc.assert(
      fc.property(spaceArbitrary, fc.nat(), (parameters, seed) => {
        const space = spaceOf(parameters)
        for (let number = 1; number <= 20; number++, count++) {
          const point = randomPoint(space, seed, number)
          const rng = rngOf(seed, number, 9)
          const share = rng.uniform()
          const given = paramsOf(
            space,
            point.map((value) => (rng.uniform() < share ? value : undefined)),
          )
          const completed = completeParams(space, given, rngOf(seed, number, 8))
          expect(completed.issues).toEqual([])
          expect(checkParams(space, completed.params)).toEqual([])
          expect(contains(space, completed.params, given)).toBe(true)
        }
      }),
      { seed: 11, numRuns: 500 },
    )
    expect(count).toBeGreaterThanOrEqual(10_000)
  })
})

function randomPoint(space: Space, seed: number, number: number): Point {
  const quantiles = drawQuantiles(space, rngOf(seed, number, 7))
  return fillPoint(space, (dimension, d) => dimension.decode(quantiles[d]!))
}

const contains = (space: Space, whole: Params, part: Params): boolean => {
  const values = pointOf(space, whole)
  return pointOf(space, part).every(
    (value, d) =>
      value === undefined || (values[d] !== undefined && canonicalKey(values[d]) === canonicalKey(value)),
  )
}

const leaf: fc.Arbitrary<object> = fc.oneof(
  fc.constant({ min: 0.0, max: 1.5 }),
  fc.constant({ distribution: 'log_uniform_values', min: 0.001, max: 10.5 }),
  fc.constant({ distribution: 'q_uniform', min: 0, max: 10, q: 2 }),
  fc.constant({ distribution: 'normal', mu: 0, sigma: 1 }),
  fc.constant({ value: 'fixed' }),
  fc.constant({ min: 1, max: 5 }),
)
/** Deciders d0, d1, … in a chain or apart, and leaves and groups that depend on some of them. */
const spaceArbitrary = fc
  .record({
    chained: fc.array(fc.boolean(), { minLength: 1, maxLength: 4 }),
    leaves: fc.array(fc.record({ leaf, needs: fc.nat(15), grouped: fc.boolean() }), {
      minLength: 1,
      maxLength: 7,
    }),
  })
  .map(({ chained, leaves }) => {
    const parameters: { [name: string]: object } = {}
    for (const [i, after] of chained.entries())
      parameters[`d${i}`] = {
        values: ['a', 'b', 'c'],
        ...(after && i > 0 && { when: { [`d${i - 1}`]: ['a', 'b'] } }),
      }
    for (const [i, { leaf, needs, grouped }] of leaves.entries()) {
      const names = chained.map((_, d) => d).filter((d) => (needs >> d) & 1)
      const when = Object.fromEntries(names.map((d) => [`d${d}`, d % 2 ? ['b'] : ['a', 'c']]))
      const conditional = names.length > 0 && { when }
      parameters[`p${i}`] = grouped
        ? {
            parameters: { x: leaf, y: { values: [1, 2], when: { [`p${i}.z`]: [1] } }, z: { values: [0, 1] } },
            ...conditional,
          }
        : { ...leaf, ...conditional }
    }
    return parameters
  })
