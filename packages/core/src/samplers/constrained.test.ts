import { describe, expect, it } from 'vitest'
import { type Json, numberOf } from '../schema/json.ts'
import type { Params } from '../schema/params.ts'
import { parseSweepConfig } from '../schema/parse-sweep-config.ts'
import { checkParams } from '../space/check-params.ts'
import { spaceOf } from '../space/constraints/constrain.ts'
import { trialLimit } from '../sweep/plan.ts'
import { samplerFor } from './pick.ts'
import { EMPTY_HISTORY, type History, type Observation } from './sampler.ts'

const METHODS = ['random', 'sobol', 'grid', 'tpe', 'gp', 'cmaes', 'bayes'] as const

const set = (method: string, parameters: object, constraints: readonly string[]) => {
  const { config } = parseSweepConfig({
    method,
    metric: { name: 'loss' },
    parameters,
    constraints_on_parameters: constraints,
  } as Json)
  const space = spaceOf(config)
  return { space, sampler: samplerFor(config, space) }
}

/** Trials one after another, each with the results of those before; the loss is the sum of the numbers among the values. */
function run({ space, sampler }: ReturnType<typeof set>, seed: number, count: number): readonly Params[] {
  const observations: Observation[] = []
  for (let number = 1; number <= count; number++) {
    const history: History = { ...EMPTY_HISTORY, observations }
    const slots = [{ number, index: number - 1 }]
    const [suggestion] = sampler.suggest({ space, seed, slots, history, enqueued: [] })
    const { params } = suggestion!
    const loss = space.dimensions.reduce((sum, { path }) => sum + (numberOf(params[path[0]!]) ?? 0), 0)
    observations.push({ number, params, loss })
  }
  return observations.map(({ params }) => params)
}

const real = (max = 1.5) => ({ min: 0.0, max })
const weights = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`w${i}`, real(1.0001)]))
const sumOf = Object.keys(weights).join(' + ')
const mixed = {
  head: { min: 1, max: 64 },
  backbone: { min: 1, max: 64 },
  opt: { values: ['sgd', 'adam', 'rms'] },
  lr: { distribution: 'log_uniform_values', min: 0.0001, max: 1.5 },
  mom: { min: 0.0, max: 0.99, when: { opt: ['sgd'] } },
}
/** Title, parameters, constraints. The share that is allowed falls from half of the space to nearly nothing. */
const SPACES: readonly (readonly [string, object, readonly string[]])[] = [
  ['half of a square', { x: real(), y: real() }, ['x <= y']],
  ['mixed parameters', mixed, ['head <= backbone / 2', 'not (opt == "sgd" and lr > 0.1)', 'mom < 10 * lr']],
  ['a band of a thousandth', { x: real(), y: real() }, ['abs(x - y) < 0.001']],
  ['a corner of 1e-8', { x: real(1.0001), y: real(1.0001) }, ['x < 0.0001', 'y < 0.0001']],
  ['weights that sum to at most 1: 1 in 3.6 million', weights, [`${sumOf} <= 1`]],
  ['two apart', { x: real(1.0001), y: real(1.0001) }, ['x + y < 0.1 or x + y > 1.9']],
]

describe.each(METHODS.filter((method) => method !== 'grid'))('%s', (method) => {
  it.each(SPACES)(
    'suggests nothing that is forbidden, and the same for the same seed: %s',
    (_, parameters, texts) => {
      const one = set(method, parameters, texts)
      const count = method === 'random' || method === 'sobol' ? 100 : 16
      const trials = run(one, 7, count)
      for (const params of trials) expect(checkParams(one.space, params)).toEqual([])
      expect(run(set(method, parameters, texts), 7, count)).toEqual(trials)
      expect(new Set(trials.map((params) => JSON.stringify(params))).size).toBe(count)
    },
  )
})

it.each(METHODS)('%s visits each allowed point of a finite space once, then ends', (method) => {
  const parameters = {
    a: { min: 1, max: 5 },
    b: { values: [1, 2, 3, 4] },
    c: { values: ['x', 'y'], when: { b: [1, 2] } },
  }
  const one = set(method, parameters, ['a * b <= 6', 'c == "x" or a > 1'])
  const size = trialLimit({ ...one, seed: 3, enqueued: [] }, undefined)!
  expect(size).toBe(17)
  const trials = run(one, 3, size)
  for (const params of trials) expect(checkParams(one.space, params)).toEqual([])
  expect(new Set(trials.map((params) => JSON.stringify(params))).size).toBe(size)
  expect(() => run(one, 3, size + 1)).toThrow('points of the space have been suggested')
})

it('a grid keeps the order of its cells', () => {
  const one = set('grid', { a: { min: 1, max: 3 }, b: { min: 1, max: 3 } }, ['a != b'])
  expect(run(one, 1, 6)).toEqual([
    { a: 1, b: 2 },
    { a: 1, b: 3 },
    { a: 2, b: 1 },
    { a: 2, b: 3 },
    { a: 3, b: 1 },
    { a: 3, b: 2 },
  ])
})

it('random draws under constraints are spread as the distributions are', () => {
  // A hundredth of the square: the walk gives nearly an eighth of the points, and they must not gather at its anchors.
  const one = set('random', { x: real(1.0001), y: real(1.0001) }, ['x + y <= 0.1414'])
  const xs = run(one, 1, 2_000).map(({ x }) => numberOf(x)! / 0.1414)
  const mean = xs.reduce((sum, x) => sum + x / xs.length, 0)
  // The mean of a coordinate is 1/3 of the side, its deviation sqrt(1/18)/sqrt(2000) = 0.0053: five of them are 0.026.
  expect(Math.abs(mean - 1 / 3)).toBeLessThan(0.026)
})

it.each(['gp', 'tpe', 'cmaes', 'bayes'] as const)(
  '%s finds an optimum at the edge of what is allowed',
  (method) => {
    const one = set(method, { x: real(1.0001), y: real(1.0001) }, ['x + y >= 1', 'x >= 2 * y'])
    const best = run(one, 1, 60).map(({ x, y }) => numberOf(x)! + numberOf(y)!)
    expect(Math.min(...best)).toBeLessThan(1.02)
  },
)
