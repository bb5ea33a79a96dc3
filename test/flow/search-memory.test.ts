import { rngOf } from '@chimney/core/math/rng'
import { stringifyJson } from '@chimney/core/schema/json'
import type { SweepKey } from '@chimney/core/schema/names'
import { type EndedTrial, endedTrialOf } from '@chimney/core/sweep/ended-trial'
import type { EndState } from '@chimney/core/sweep/lifecycle'
import { BLOCK, encodePack, firstOf } from '@chimney/core/sweep/pack'
import { searchOf } from '@chimney/server/sweeps/search/search'
import { evictTrials, trialCacheOf } from '@chimney/server/sweeps/search/trial-cache'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sized } from '../sized.ts'
import { type Engine, runPathOf, START, startEngine, type World } from './world.ts'

let engine: Engine
beforeAll(async () => {
  engine = await startEngine()
})
afterAll(() => engine.stop())

const parameters = {
  lr: { distribution: 'log_uniform_values', min: 1e-5, max: 0.1 },
  momentum: { distribution: 'uniform', min: 0, max: 1 },
  layers: { min: 1, max: 8 },
  optimizer: { values: ['adam', 'sgd', { name: 'lamb', decay: 0.1 }] },
  decay: { distribution: 'uniform', min: 0, max: 0.5, when: { optimizer: ['sgd'] } },
}
const keyOf = (path: string): SweepKey => ({
  entity: 'acme',
  project: 'digits',
  sweep: path.split('/').at(-1)!,
})

/**
 * Runs a sweep with `agents` trials at a time. Before each request a trial, drawn by a seed, ends in a random state. Returns the
 * parameters by number. `cold`: with an empty cache for each request.
 */
async function runSweep(
  world: World,
  config: object,
  { agents, trials, cold }: { agents: number; trials: number; cold: boolean },
): Promise<readonly string[]> {
  const sweep = await world.sweep({ metric: { name: 'loss' }, seed: 5, run_cap: trials, ...config })
  const rng = rngOf(agents, 77)
  const params: string[] = []
  const open: { number: number }[] = []
  const crashed: number[] = []
  const { store } = world.deps
  const end = async (number: number, state: EndState, u: number) => {
    const loss = state === 'finished' ? { value: u, loss: u } : {}
    const before = await store.closeTrial({ ...keyOf(sweep), number }, { state, attempt: 1, ...loss }, START)
    await store.countEnded(keyOf(sweep), state, before === 'crashed' ? before : undefined, START)
  }
  for (;;) {
    if (cold) evictTrials(world.deps.store, keyOf(sweep))
    const { status, body } = await world.call('POST', `${sweep}/trials`, {})
    if (status === 201) {
      const [trial] = body.trials
      params[trial.number - 1] = stringifyJson(trial.params)
      open.push(trial)
    }
    if (open.length === 0) return params
    if (status === 201 && open.length < agents) continue
    const [trial] = open.splice(rng.below(Math.min(open.length, 10)), 1)
    const u = rng.uniform()
    if (u < 0.1) crashed.push(trial!.number)
    await end(trial!.number, u < 0.1 ? 'crashed' : u < 0.2 ? 'failed' : 'finished', u)
    // A late result replaces a crash.
    const late = u > 0.9 ? crashed.shift() : undefined
    if (late !== undefined) await end(late, 'finished', u)
  }
}

describe('a search with a warm cache and one with an empty cache suggest the same, byte for byte', () => {
  it.each([
    { title: 'tpe, one agent', config: { method: 'tpe', parameters }, agents: 1, trials: 60 },
    { title: 'bayes, three agents', config: { method: 'bayes', parameters }, agents: 3, trials: 80 },
    ...sized(
      [],
      [{ title: 'tpe, fifty agents', config: { method: 'tpe', parameters }, agents: 50, trials: 130 }],
    ),
  ])('$title', async ({ config, agents, trials }) => {
    const [one, two] = [await engine.world(), await engine.world()]
    const warm = await runSweep(one, config, { agents, trials, cold: false })
    const cold = await runSweep(two, config, { agents, trials, cold: true })
    expect(warm).toHaveLength(trials)
    expect(cold).toEqual(warm)
    const packs = (world: World) => world.units.filter(({ op }) => op === 'putPack').length
    expect(packs(one)).toBeGreaterThan(0)
    expect(packs(two)).toBe(packs(one))
  })
})

/** A sweep with so many ended trials. All but the last blocks are stored only as packs, since nothing else of them is read. */
async function longSweep(world: World, reals: number, trials: number) {
  const names = Array.from({ length: reals }, (_, i) => `p${i}`)
  const path = await world.sweep({
    method: 'tpe',
    metric: { name: 'loss' },
    parameters: {
      ...Object.fromEntries(names.map((name) => [name, { distribution: 'uniform', min: 0, max: 1 }])),
      layers: { min: 1, max: 8 },
      optimizer: { values: ['adam', 'sgd'] },
    },
  })
  const key = keyOf(path)
  const { store } = world.deps
  const { record, head } = (await store.getSweep(key))!
  const { space } = await searchOf(world.deps, record, head)
  const { form, compact } = trialCacheOf(store, record, space)
  const rng = rngOf(1, 1)
  const paramsOf = () => ({
    ...Object.fromEntries(names.map((name) => [name, rng.uniform()])),
    layers: 1 + rng.below(8),
    optimizer: ['adam', 'sgd'][rng.below(2)]!,
  })
  const blocks = Math.floor(trials / BLOCK) - 1
  for (let block = 0; block < blocks; block++) {
    const ended = Array.from(
      { length: BLOCK },
      (_, i): EndedTrial =>
        endedTrialOf({
          number: firstOf(block) + i,
          params: paramsOf(),
          state: 'finished',
          loss: rng.uniform(),
        })!,
    )
    await store.putPack(key, { block, form, bytes: encodePack(ended, compact) })
  }
  for (let number = firstOf(blocks); number <= trials; number++) {
    const trial = { key: { ...key, number }, run: `${key.sweep}-${number}`, params: paramsOf() }
    await store.createTrial({ ...trial, state: 'running', attempt: 1, createdAt: 1, updatedAt: 1 })
    const loss = rng.uniform()
    await store.closeTrial(trial.key, { state: 'finished', attempt: 1, value: loss, loss }, 1)
  }
  const counts = { ...head.ended, finished: trials }
  expect(await store.takeNumbers(key, trials, 1)).toBeDefined()
  await store.recount(key, { ...head, taken: trials }, counts)
  evictTrials(store, key)
  return { path, key }
}

async function readUnits(world: World, call: () => Promise<unknown>): Promise<number> {
  const before = world.units.length
  await call()
  return world.units.slice(before).reduce((sum, { read }) => sum + read, 0)
}

describe('with 10,000 ended trials the next trial reads', () => {
  it.each([
    { reals: 6, most: 55 },
    { reals: 16, most: 64 },
  ])('at most $most units cold and 2 warm, with $reals real parameters', async ({ reals, most }) => {
    const world = await engine.world()
    const { path, key } = await longSweep(world, reals, 10_000)
    const next = async () => {
      const { status, body } = await world.call('POST', `${path}/trials`, {})
      expect(status).toBe(201)
      return body.trials[0] as { run: string; number: number }
    }
    const finish = (run: string) =>
      world.call('POST', `${runPathOf(run)}/finish`, { state: 'finished', summary: { loss: 0.5 } })
    let trial = { run: '', number: 0 }
    const cold = await readUnits(world, async () => {
      trial = await next()
    })
    expect(trial.number).toBe(10_001)
    expect(cold).toBeLessThanOrEqual(most)
    for (let i = 0; i < 3; i++) {
      await finish(trial.run)
      const warm = await readUnits(world, async () => {
        trial = await next()
      })
      expect(warm).toBeLessThanOrEqual(2)
    }
    const [record] = await world.deps.store.listTrials(key, { after: 10_000, limit: 1 })
    expect(record?.suggestedBy?.why).toMatch(/\(25 good trials/)
  })
})
