import { describe, expect, it } from 'vitest'
import { samplerFor } from '../samplers/pick.ts'
import { EMPTY_HISTORY } from '../samplers/sampler.ts'
import { parseSweepConfig } from '../schema/parse-sweep-config.ts'
import { buildSpace } from '../space/build-space.ts'
import { planTrials, type Search, trialLimit } from './plan.ts'
import { pointResult, replicateOf } from './replicates.ts'

function searchOf(config: object, enqueued: Search['enqueued'] = []): Search {
  const parsed = parseSweepConfig(JSON.stringify({ seed: 5, ...config })).config
  const space = buildSpace(parsed.parameters)
  return { sampler: samplerFor(parsed, space), space, seed: 5, enqueued, replicates: parsed.replicates ?? 1 }
}
const GRID = { method: 'grid', parameters: { a: { values: [1, 2, 3] } }, replicates: 2 }
const X = { distribution: 'uniform', min: 0, max: 1 }

describe('the replicates of a point', () => {
  it('have consecutive numbers, enqueued ones left out', () => {
    const of = (number: number) => replicateOf(number, [2, 5], 2)
    expect([1, 3, 4, 6, 7].map(of)).toEqual([
      { index: 1, of: 2, first: 1 },
      { index: 2, of: 2, first: 1 },
      { index: 1, of: 2, first: 4 },
      { index: 2, of: 2, first: 4 },
      { index: 1, of: 2, first: 7 },
    ])
  })

  it.each(['random', 'sobol'])('have the same parameters in any request of %s', (method) => {
    const search = searchOf({ method, parameters: { x: X }, replicates: 3 })
    const plan = (...numbers: number[]) =>
      planTrials(search, numbers, EMPTY_HISTORY).map(({ params }) => params.x)
    const all = plan(1, 2, 3, 4, 5, 6)
    expect(new Set(all.slice(0, 3)).size).toBe(1)
    expect(new Set(all.slice(3)).size).toBe(1)
    expect(all[0]).not.toBe(all[3])
    expect([2, 5, 6, 1].map((number) => plan(number)[0])).toEqual([all[1], all[4], all[5], all[0]])
  })

  it('run each cell of a grid so often, and an enqueued one in addition', () => {
    const search = searchOf(GRID)
    expect(trialLimit(search, undefined)).toBe(6)
    expect(trialLimit(search, 5)).toBe(5)
    const cells = planTrials(search, [1, 2, 3, 4, 5, 6], EMPTY_HISTORY).map(({ params }) => params.a)
    expect(cells).toEqual([1, 1, 2, 2, 3, 3])
    const enqueued = searchOf(GRID, [{ number: 2, params: { a: 3 } }])
    expect(trialLimit(enqueued, undefined)).toBe(5)
    expect(planTrials(enqueued, [1, 3, 4, 5], EMPTY_HISTORY).map(({ params }) => params.a)).toEqual([
      1, 1, 2, 2,
    ])
  })
})

describe('the result of a point', () => {
  const finished = (value: number) => ({ state: 'finished' as const, value, loss: -value })
  it('is the mean of what finished, with its deviation', () => {
    expect(pointResult([finished(1), finished(3), { state: 'failed' }], 3)).toEqual({
      count: 2,
      value: 2,
      loss: -2,
      deviation: Math.SQRT2,
    })
    expect(pointResult([finished(4)], 1)).toMatchObject({ value: 4, deviation: 0 })
  })
  it('is not known before all have ended, without a value, or when one is infeasible', () => {
    expect(pointResult([finished(1)], 2)).toBeUndefined()
    expect(pointResult([finished(1), { state: 'running' }], 2)).toBeUndefined()
    expect(pointResult([{ state: 'failed' }, { state: 'killed' }], 2)).toBeUndefined()
    expect(pointResult([finished(1), { ...finished(2), violation: 1 }], 2)).toBeUndefined()
  })
})
