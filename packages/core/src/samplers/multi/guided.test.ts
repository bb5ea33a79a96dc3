import { describe, expect, it } from 'vitest'
import { rngOf } from '../../math/rng.ts'
import { numberOf } from '../../schema/json.ts'
import type { Params } from '../../schema/params.ts'
import { parseSweepConfig } from '../../schema/parse-sweep-config.ts'
import { buildSpace } from '../../space/build-space.ts'
import { samplerFor } from '../pick.ts'
import type { Observation } from '../sampler.ts'
import { constrainedLosses } from './feasible.ts'
import { drawDirection, layers, towards } from './one-loss.ts'
import { hypervolume } from './pareto.ts'

const coordinate = (params: Params, name: string): number => numberOf(params[name]!)!
type Judge = (params: Params) => Pick<Observation, 'loss' | 'losses' | 'violation' | 'slacks'>

function search(method: string, more: object, trials: number, seed: number, judge: Judge) {
  const real = { distribution: 'uniform', min: 0, max: 1 }
  const given = { method, parameters: { x: real, y: real, z: real }, ...more }
  const { config } = parseSweepConfig(JSON.stringify(given))
  const space = buildSpace(config.parameters)
  const sampler = samplerFor(config, space)
  const observations: Observation[] = []
  const whys: string[] = []
  for (let index = 0; index < trials; index++) {
    const number = index + 1
    const [suggestion] = sampler.suggest({
      space,
      seed,
      slots: [{ number, index }],
      history: { observations, infeasible: [], pending: [] },
      enqueued: [],
    })
    const { params, suggestedBy } = suggestion!
    whys.push(suggestedBy.why)
    observations.push({ number, params, ...judge(params) })
  }
  return { observations, whys }
}

/** A front from (0, 1) to (1, 0), reached where y and z are 0. */
const twoLosses: Judge = (params) => {
  const g = 1 + 4 * (coordinate(params, 'y') + coordinate(params, 'z'))
  const x = coordinate(params, 'x')
  const losses = [x, g * (1 - Math.sqrt(x / g))]
  return { loss: losses[0]!, losses }
}
const METRICS = { metrics: [{ name: 'a' }, { name: 'b' }] }
const volumeOf = ({ observations }: { observations: readonly Observation[] }) =>
  hypervolume(
    observations.map(({ losses }) => losses!),
    [1.1, 1.1],
  )

describe('with several objectives', () => {
  it.each(['bayes', 'tpe'])('%s covers more of the front than random draws do', (method) => {
    for (const seed of [1, 2, 3]) {
      const [own, random] = [method, 'random'].map((name) =>
        volumeOf(search(name, METRICS, 40, seed, twoLosses)),
      )
      expect(own).toBeGreaterThan(random! + 0.1)
    }
  })

  it('the same history gives the same suggestion, and each says by what it went', () => {
    const [one, two] = [1, 1].map((seed) => search('tpe', METRICS, 20, seed, twoLosses))
    expect(one).toEqual(two)
    expect(one!.whys.at(-1)).toContain('Pareto layers')
    expect(search('gp', METRICS, 16, 1, twoLosses).whys.some((why) => /\d+% \/ \d+%/.test(why))).toBe(true)
  })

  it('trials that lack an objective are left out', () => {
    const judge: Judge = (params) => (coordinate(params, 'x') < 0.5 ? { loss: 0 } : twoLosses(params))
    expect(search('bayes', METRICS, 16, 1, judge).observations).toHaveLength(16)
  })
})

describe('with a constraint', () => {
  // The loss falls towards a corner that is not allowed.
  const judge: Judge = (params) => {
    const sum = coordinate(params, 'x') + coordinate(params, 'y') + coordinate(params, 'z')
    return { loss: -sum, violation: Math.max(0, sum - 1), slacks: [sum - 1] }
  }
  const CONSTRAINED = { metric: { name: 'a' }, constraints: [{ name: 'sum', max: 1 }] }

  it.each(['bayes', 'tpe'])('%s finds the best that keeps it', (method) => {
    const { observations, whys } = search(method, CONSTRAINED, 50, 3, judge)
    const kept = observations.filter(({ violation }) => violation === 0).map(({ loss }) => loss)
    expect(Math.min(...kept)).toBeLessThan(-0.9)
    // Random points keep it one time in six.
    expect(kept.length).toBeGreaterThan(17)
    expect(whys.at(-1)).toContain('violate a constraint')
  })

  it('finds the best of three bounds in units a million times apart, closely', () => {
    // As the same problem in units of one, which a sum of violations is not: a quadratic loss, its minimum not allowed.
    const units = [1e6, 1, 1e-6]
    const bounded: Judge = (params) => {
      const [x, y, z] = ['x', 'y', 'z'].map((name) => coordinate(params, name))
      const slacks = [x! + y! - 0.8, 0.3 - x! * x! - z!, Math.sin(5 * y!) - 0.7].map((s, k) => s * units[k]!)
      const violation = slacks.reduce((sum, slack) => sum + Math.max(0, slack), 0)
      return { loss: (x! - 0.9) ** 2 + (y! - 0.6) ** 2 + (z! - 0.1) ** 2, violation, slacks }
    }
    const three = { metric: { name: 'a' }, constraints: ['a', 'b', 'c'].map((name) => ({ name, max: 0 })) }
    const { observations } = search('bayes', three, 40, 1, bounded)
    const kept = observations.filter(({ violation }) => violation === 0)
    expect(Math.min(...kept.map(({ loss }) => loss))).toBeLessThan(0.26302 + 1e-3)
  })

  it('violations count in units of each bound', () => {
    const trials = [
      [1e6, 0.1],
      [2e6, -1],
      [-1, 0.3],
    ].map(
      (slacks): Pick<Observation, 'violation' | 'slacks'> => ({
        slacks,
        violation: slacks.reduce((sum, slack) => sum + Math.max(0, slack), 0),
      }),
    )
    // Medians of what was missed are 2e6 and 0.3.
    const losses = constrainedLosses(trials, [0, 0, 0])
    expect(losses.map((loss) => Number(loss.toFixed(3)))).toEqual([0.833, 1, 1])
  })

  it('a feasible trial is better than an infeasible one, then the lower violation', () => {
    const trial = (loss: number, violation: number): Observation => ({
      number: 1,
      params: {},
      loss,
      violation,
    })
    const trials = [
      trial(5, 0),
      trial(-9, 0.1),
      trial(7, 0),
      trial(-99, 3),
      trial(0, Number.POSITIVE_INFINITY),
    ]
    const losses = constrainedLosses(
      trials,
      trials.map(({ loss }) => loss),
    )
    const order = losses.map((_, i) => i).sort((a, b) => losses[a]! - losses[b]!)
    expect(order).toEqual([0, 2, 1, 3, 4])
    expect(losses.every(Number.isFinite)).toBe(true)
  })

  it('that no trial satisfies, the least violation is best', () => {
    const trials = [2, Number.POSITIVE_INFINITY, 1].map((violation) => ({
      number: 1,
      params: {},
      loss: 0,
      violation,
    }))
    expect(constrainedLosses(trials, [0, 0, 0])).toEqual([2, 5, 1])
  })
})

describe('several losses made one', () => {
  const points = [
    [0, 1],
    [1, 0],
    [0.5, 0.5],
    [0.6, 0.6],
    [5, 5],
  ]
  it('keep the order of points of which one dominates the other', () => {
    for (let number = 0; number < 50; number++) {
      const losses = towards(drawDirection(2, rngOf(1, number)), points)
      expect(losses[2]).toBeLessThan(losses[3]!)
      expect(losses[3]).toBeLessThan(losses[4]!)
    }
    const ranks = layers(points)
    expect(Math.max(ranks[0]!, ranks[1]!, ranks[2]!)).toBeLessThan(ranks[3]!)
    expect(ranks[3]).toBeLessThan(ranks[4]!)
  })
})
