import { describe, expect, it } from 'vitest'
import { numberOf } from '../schema/json.ts'
import type { Params } from '../schema/params.ts'
import { parseSweepConfig } from '../schema/parse-sweep-config.ts'
import { buildSpace } from '../space/build-space.ts'
import { cmaes } from './cmaes.ts'
import type { Observation, Suggestion } from './sampler.ts'

const spaceOf = (parameters: string) =>
  buildSpace(
    parseSweepConfig(`{"method": "cmaes", "metric": {"name": "l"}, "parameters": ${parameters}}`).config
      .parameters,
  )

function search(parameters: string, trials: number, loss: (params: Params) => number) {
  const space = spaceOf(parameters)
  const observations: Observation[] = []
  let last: Suggestion | undefined
  for (let index = 0; index < trials; index++) {
    const history = { observations, infeasible: [], pending: [] }
    const slots = [{ number: index + 1, index }]
    last = cmaes(space).suggest({ space, seed: 1, slots, history, enqueued: [] })[0]!
    observations.push({ number: index + 1, params: last.params, loss: loss(last.params) })
  }
  return { best: Math.min(...observations.map((one) => one.loss)), last: last! }
}

const reals = (count: number) =>
  `{${Array.from({ length: count }, (_, i) => `"x${i}": {"min": 0.0, "max": 1.0}`).join(',')}}`

describe('cmaes', () => {
  it('minimizes a narrow four-dimensional valley within four hundred trials', () => {
    const valley = (params: Params) => {
      const x = Object.values(params).map((value) => 4 * numberOf(value)! - 2)
      return x.slice(1).reduce((sum, next, i) => sum + 10 * (next - x[i]! ** 2) ** 2 + (1 - x[i]!) ** 2, 0)
    }
    expect(search(reals(4), 400, valley).best).toBeLessThan(0.1)
  })

  it('finds integers, steps of a logarithm and categories together', () => {
    const mixed =
      '{"n": {"min": 1, "max": 60}, "c": {"values": ["u", "v", "w"]}, "r": {"distribution": "log_uniform_values", "min": 1e-5, "max": 1}}'
    const loss = ({ n, c, r }: Params) =>
      ((numberOf(n)! - 41) / 60) ** 2 + (c === 'v' ? 0 : 0.2) + (Math.log10(numberOf(r)!) + 3) ** 2 / 10
    expect(search(mixed, 200, loss).best).toBeLessThan(1e-3)
  })

  it('restarts elsewhere after it has converged', () => {
    const { last } = search(
      reals(2),
      400,
      ({ x0, x1 }) => (numberOf(x0)! - 0.5) ** 2 + (numberOf(x1)! - 0.5) ** 2,
    )
    expect(last.suggestedBy.why).toContain('restart')
  })

  it('remembers of the trials before the last two thousand nothing but the best one', () => {
    const space = spaceOf(reals(2))
    const suggested = (strange: (i: number) => boolean, at: number) => {
      const observations = Array.from({ length: 2_005 }, (_, i): Observation => {
        const x = strange(i) ? at : 0.1 + 0.01 * (i % 7)
        return {
          number: i + 1,
          params: { x0: x, x1: x },
          loss: i === 500 ? 1 : i < 1_000 ? 9 : 5 - i / 1_000,
        }
      })
      const history = { observations, infeasible: [], pending: [] }
      const slots = [{ number: 3_000, index: 2_999 }]
      return cmaes(space).suggest({ space, seed: 1, slots, history, enqueued: [] })[0]!.params
    }
    const [early, best, late] = [(i: number) => i === 20, (i: number) => i === 500, (i: number) => i > 1_500]
    expect(suggested(early, 0.9)).toEqual(suggested(early, 0.2))
    expect(suggested(best, 0.9)).not.toEqual(suggested(best, 0.2))
    expect(suggested(late, 0.9)).not.toEqual(suggested(late, 0.2))
  })
})
