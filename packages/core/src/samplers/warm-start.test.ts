import { describe, expect, it } from 'vitest'
import { sized } from '../../../../test/sized.ts'
import { numberOf } from '../schema/json.ts'
import type { Params } from '../schema/params.ts'
import { parseSweepConfig } from '../schema/parse-sweep-config.ts'
import { buildSpace } from '../space/build-space.ts'
import { samplerFor } from './pick.ts'
import type { Observation, Prior } from './sampler.ts'

const parameters = {
  x: { distribution: 'uniform', min: -5, max: 10 },
  y: { distribution: 'uniform', min: 0, max: 15 },
  kind: { values: ['a', 'b', 'c'] },
}
const branin = (params: Params) => {
  const [x, y] = [numberOf(params.x)!, numberOf(params.y)!]
  const base =
    (y - (5.1 / (4 * Math.PI ** 2)) * x ** 2 + (5 / Math.PI) * x - 6) ** 2 +
    10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x)
  return base + 10 + (params.kind === 'b' ? 0 : 20)
}

const setUp = (method: string) => {
  const { config } = parseSweepConfig(JSON.stringify({ method, metric: { name: 'loss' }, parameters }))
  const space = buildSpace(config.parameters)
  return { space, sampler: samplerFor(config, space) }
}

function search(method: string, seed: number, count: number, loss = branin, prior: readonly Prior[] = []) {
  const { space, sampler } = setUp(method)
  const observations: Observation[] = []
  const whys: string[] = []
  for (let index = 0; index < count; index++) {
    const [suggestion] = sampler.suggest({
      space,
      seed,
      slots: [{ number: index + 1, index }],
      history: { observations, infeasible: [], pending: [], prior },
      enqueued: [],
    })
    const { params, suggestedBy } = suggestion!
    observations.push({ number: index + 1, params, loss: loss(params) })
    whys.push(suggestedBy.why)
  }
  return { observations, whys, best: Math.min(...observations.map(({ loss }) => loss)) }
}

const priorsOf = (loss: (params: Params) => number, source?: string): readonly Prior[] =>
  search('sobol', 77, 40).observations.map(({ params }) => ({
    params,
    loss: loss(params),
    ...(source !== undefined && { source }),
  }))
const SEEDS = sized([1, 2, 3], [1, 2, 3, 4, 5])
const medianBest = (run: (seed: number) => number) =>
  SEEDS.map(run).sort((a, b) => a - b)[(SEEDS.length - 1) / 2]!

describe.each(['gp', 'tpe', 'bayes', 'cmaes'])('%s with prior results', (method) => {
  it.each([
    { title: 'runs of the same objective', prior: priorsOf(branin) },
    { title: 'a sweep that is like it', prior: priorsOf((params) => branin(params) + 30, 'acme/old/1') },
    {
      title: 'a sweep whose losses are of another scale',
      prior: priorsOf((params) => 1e6 * branin(params) - 3e9, 'acme/old/1'),
    },
  ])('is better after ten trials by $title', ({ prior }) => {
    const cold = medianBest((seed) => search(method, seed, 10).best)
    const warm = medianBest((seed) => search(method, seed, 10, branin, prior).best)
    // A median of few seeds each; a warm start that did nothing would fail one time in two.
    expect(warm).toBeLessThan(cold)
  })

  it('says so, and does not count it', () => {
    const { whys, observations } = search(method, 1, 3, branin, priorsOf(branin, 'acme/old/1'))
    expect(whys[0]).toMatch(/best of (another|other) sweep/)
    expect(observations).toHaveLength(3)
  })

  it('leaves out what is outside of the space, and says so', () => {
    const prior = priorsOf(branin).map((one) => ({ ...one, params: { ...one.params, x: 400 } }))
    const { whys } = search(method, 1, 1, branin, prior)
    expect(whys[0]).toContain('40 trials outside the space left out')
  })

  it('is the same for the same seed', () => {
    const prior = priorsOf(branin, 'acme/old/1')
    expect(search(method, 4, 8, branin, prior)).toEqual(search(method, 4, 8, branin, prior))
  })
})

it.each(['gp', 'tpe', 'bayes'])('%s begins with the best trial of each sweep', (method) => {
  const prior = ['a', 'b', 'c'].flatMap((source, k) =>
    priorsOf((params) => branin(params) + numberOf(params.x)! * k, `acme/old/${source}`),
  )
  const best = (source: string) =>
    prior
      .filter((one) => one.source === `acme/old/${source}`)
      .reduce((least, one) => (one.loss < least.loss ? one : least)).params
  const wanted = ['a', 'b', 'c'].map((source) => JSON.stringify(best(source)))
  const { observations } = search(method, 3, 4, branin, prior)
  const first = new Set(observations.map(({ params }) => JSON.stringify(params)))
  // Sweeps may share their best point.
  for (const params of new Set(wanted)) expect(first).toContain(params)
})

it.each(['gp', 'bayes'])('%s finds the minimum in spite of a sweep of another kind', (method) => {
  const prior = priorsOf((params) => -branin(params), 'acme/old/1')
  expect(medianBest((seed) => search(method, seed, 30, branin, prior).best)).toBeLessThan(0.397887 + 0.5)
})

it.each(['gp', 'tpe', 'bayes'])('%s leaves out a sweep of another kind', (method) => {
  // The best of one is the worst of the other.
  const prior = priorsOf((params) => -branin(params), 'acme/old/1')
  const { whys } = search(method, 1, 14, branin, prior)
  expect(whys.at(-1)).toContain('another sweep left out: no better than chance here')
})

it('drops the trials of other sweeps once the sweep has enough trials', () => {
  const prior = priorsOf(branin, 'acme/old/1')
  const { whys } = search('tpe', 1, 101, branin, prior)
  expect(whys.at(-1)).not.toContain('another sweep')
})
