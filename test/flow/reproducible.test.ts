import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sized } from '../sized.ts'
import { type Engine, runPathOf, startEngine } from './world.ts'

let engine: Engine
beforeAll(async () => {
  engine = await startEngine()
})
afterAll(() => engine.stop())

const TRIALS = sized(24, 60)
const parameters = {
  lr: { distribution: 'log_uniform_values', min: 1e-5, max: 0.1 },
  momentum: { min: 0.0, max: 1.0 },
  layers: { min: 1, max: 8 },
  optimizer: { values: ['adam', 'sgd', { name: 'lamb', decay: 0.1 }] },
  dropout: { distribution: 'q_normal', mu: 0.3, sigma: 0.1, q: 0.05 },
}
const cells = {
  a: { values: ['x', 'y', 1.5] },
  b: { min: 1, max: 5 },
  c: { values: [true, false] },
  d: { values: [1, 2] },
}

/** Parameters by trial number, as text, with so many concurrent agents. */
async function search(config: object, agents: number): Promise<readonly string[]> {
  const world = await engine.world()
  const sweep = await world.sweep({ metric: { name: 'loss' }, run_cap: TRIALS, ...config })
  const params: string[] = []
  const agent = async () => {
    for (;;) {
      const { status, body } = await world.call('POST', `${sweep}/trials`, {})
      if (status !== 201) return
      const [trial] = body.trials
      params[trial.number - 1] = JSON.stringify(trial.params)
      await world.call('POST', `${runPathOf(trial.run)}/finish`, {
        state: 'finished',
        summary: { loss: trial.number % 7 },
      })
    }
  }
  await Promise.all(Array.from({ length: agents }, agent))
  return params
}

describe('the same config and seed give the same parameters per trial number, for any number of agents', () => {
  it.each([
    { title: 'grid', config: { method: 'grid', parameters: cells } },
    { title: 'random', config: { method: 'random', seed: 7, parameters } },
    { title: 'random over a finite space', config: { method: 'random', seed: 7, parameters: cells } },
    { title: 'sobol', config: { method: 'sobol', seed: 7, parameters } },
  ])('$title: one agent or fifty, byte for byte', async ({ config }) => {
    const alone = await search(config, 1)
    const together = await search(config, 50)
    expect(alone).toHaveLength(TRIALS)
    expect(together).toEqual(alone)
    expect(new Set(alone).size).toBe(TRIALS)
  })

  it('another seed gives other parameters', async () => {
    const one = await search({ method: 'random', seed: 1, parameters }, 1)
    const two = await search({ method: 'random', seed: 2, parameters }, 1)
    expect(one.filter((params, at) => params === two[at])).toEqual([])
  })
})
