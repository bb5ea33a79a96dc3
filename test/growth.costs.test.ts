/** Read and write units of calls that must not grow with what a sweep has behind it. The budgets are in docs/costs.md. */
import { rngOf } from '@chimney/core/math/rng'
import type { SweepKey } from '@chimney/core/schema/names'
import type { EndedTrial } from '@chimney/core/sweep/ended-trial'
import { BLOCK, encodePack, firstOf } from '@chimney/core/sweep/pack'
import { readSamplerHistory } from '@chimney/server/sweeps/search/sampler-history'
import { searchOf } from '@chimney/server/sweeps/search/search'
import { evictTrials, trialCacheOf } from '@chimney/server/sweeps/search/trial-cache'
import { describe, expect, it } from 'vitest'
import { memoryWorld, runPathOf, START, type World } from './flow/world.ts'

const UNIT = { distribution: 'uniform', min: 0, max: 1 }
const keyOf = (path: string): SweepKey => ({
  entity: 'acme',
  project: 'digits',
  sweep: path.split('/').at(-1)!,
})

/** Units of a call, in total or those of some methods of the store. */
async function unitsOf(world: World, call: () => Promise<unknown>, ops?: readonly string[]) {
  const before = world.units.length
  await call()
  const spent = world.units.slice(before).filter(({ op }) => ops === undefined || ops.includes(op))
  const sum = (kind: 'read' | 'write') => spent.reduce((total, one) => total + one[kind], 0)
  return { read: sum('read'), write: sum('write') }
}

const inBatches = async (count: number, work: (number: number) => Promise<unknown>) => {
  for (let from = 1; from <= count; from += 100)
    await Promise.all(Array.from({ length: Math.min(100, count - from + 1) }, (_, i) => work(from + i)))
}

describe('after 100 enqueued trials have ended, a hand-out', () => {
  const infinite = { lr: UNIT }
  const finite = {
    lr: { values: Array.from({ length: 100 }, (_, i) => i) },
    size: { values: [1, 2, 3, 4, 5] },
  }
  it.each([
    { method: 'random', parameters: infinite },
    { method: 'random', parameters: finite },
    { method: 'grid', parameters: finite },
    { method: 'sobol', parameters: infinite },
  ])('of method $method reads 1.5 units and writes 2 on the partition of the sweep', async (config) => {
    const world = memoryWorld()
    const path = await world.sweep({ metric: { name: 'loss' }, ...config })
    for (let i = 0; i < 100; i++) {
      await world.call('POST', `${path}/enqueue`, { params: {} })
      if (i === 99)
        for (const { run } of (await world.call('POST', `${path}/trials`, { count: 100 })).body.trials)
          await world.call('POST', `${runPathOf(run)}/finish`, { state: 'finished', summary: { loss: i } })
    }
    const next = async () => expect((await world.call('POST', `${path}/trials`, {})).status).toBe(201)
    await next()
    const units = await unitsOf(world, next)
    expect(units.read).toBeLessThanOrEqual(1.5)
    expect((await unitsOf(world, next, ['takeNumbers', 'createTrial'])).write).toBe(2)
  })
})

describe('a decision of early stopping reads at most 4 units', () => {
  const types = [
    { type: 'asha', min_iter: 1, eta: 3 },
    { type: 'hyperband', min_iter: 1, eta: 3 },
    { type: 'median' },
    { type: 'percentile', percentile: 25 },
  ]
  it.each(types.flatMap((early) => [500, 4_000].map((peers) => ({ ...early, peers }))))(
    '$type, $peers peers',
    async ({ peers, ...early_terminate }) => {
      const world = memoryWorld()
      const path = await world.sweep({
        method: 'random',
        metric: { name: 'loss' },
        parameters: { lr: UNIT },
        early_terminate,
      })
      const { trials } = (await world.call('POST', `${path}/trials`, { count: 2 })).body
      const { store } = world.deps
      const random = rngOf(1, 1).uniform
      const more = early_terminate.type === 'asha' ? () => ({ mean: random(), error: 0.01 }) : () => ({})
      const value = (number: number) => ({ number, loss: random(), best: random(), ...more() })
      const [first, second] = early_terminate.type === 'asha' ? [1, 3] : [2, 4]
      await inBatches(peers, async (number) => {
        await store.putRung(keyOf(path), first!, value(number + 2))
        if (number % 3 === 0) await store.putRung(keyOf(path), second!, value(number + 2))
      })
      const report = (loss: number) =>
        world.call('POST', `${runPathOf(trials[loss > 1 ? 1 : 0].run)}/metrics`, {
          points: [0, 1].map((step) => ({ step, values: { loss } })),
        })
      const units = await unitsOf(world, () => report(0.001), ['listRung'])
      expect(units.read).toBeLessThanOrEqual(4)
      const stopped = await report(2)
      expect(stopped.body.stop).toBe(true)
    },
  )
})

const TRIALS = 10_000
describe(`a poll of a sweep with ${TRIALS} trials, of which the first is open`, () => {
  const trials = TRIALS
  it('reads at most 5 units while nothing changes', async () => {
    const world = memoryWorld()
    const path = await world.sweep({
      method: 'random',
      metric: { name: 'loss' },
      parameters: {
        lr: UNIT,
        size: { values: [16, 32, 64] },
        dropout: UNIT,
      },
    })
    const key = keyOf(path)
    const { store } = world.deps
    await store.takeNumbers(key, trials, START)
    await inBatches(trials, (number) =>
      store.createTrial({
        key: { ...key, number },
        run: `${key.sweep}-${number}`,
        params: { lr: 0.1234567 + number, size: 32, dropout: 0.25 },
        state: number === 1 ? 'running' : number % 100 === 0 ? 'crashed' : 'finished',
        attempt: 1,
        agent: 'gpu-box-17.example.org:4711',
        suggestedBy: { arm: 'random', why: 'drawn from the distributions' },
        ...(number === 1 || number % 100 === 0 ? {} : { value: number / 7, loss: number / 7 }),
        createdAt: START,
        startedAt: START,
        updatedAt: START,
      }),
    )
    const head = (await store.getHead(key))!
    await store.recount(key, head, { ...head.ended, finished: 0.99 * trials - 1, crashed: trials / 100 })
    world.advance(60)
    let since: string | undefined
    const poll = async () => {
      const { status, body } = await world.call('GET', `${path}/events${since ? `?since=${since}` : ''}`)
      expect(status).toBe(200)
      since = body.cursor
      return body
    }
    while ((await poll()).more);
    world.advance(2)
    await poll()
    const seen: number[] = []
    for (let i = 0; i < 10; i++) {
      world.advance(2)
      const units = await unitsOf(world, async () => expect((await poll()).trials).toEqual([]))
      seen.push(units.read)
    }
    expect(Math.max(...seen)).toBeLessThanOrEqual(5)
    await store.closeTrial({ ...key, number: 1 }, { state: 'finished', attempt: 1 }, START + 100_000)
    await store.countEnded(key, 'finished', undefined, START + 100_000)
    const units = await unitsOf(world, async () =>
      expect((await poll()).trials.map(({ number }: { number: number }) => number)).toEqual([1]),
    )
    expect(units.read).toBeLessThanOrEqual(5)
  })
})

describe('10,000 trials that wait for an agent', () => {
  it('leave the head of the sweep at one unit', async () => {
    const world = memoryWorld()
    const path = await world.sweep({
      method: 'random',
      metric: { name: 'loss' },
      parameters: { lr: UNIT },
      run_cap: 20_000,
    })
    const key = keyOf(path)
    const { store } = world.deps
    await store.takeNumbers(key, 10_000, START)
    for (let from = 1; from <= 10_000; from += 100)
      await store.addWaiting(
        key,
        Array.from({ length: 100 }, (_, i) => from + i),
        START,
      )
    expect(await unitsOf(world, () => store.takeNumbers(key, 1, START))).toEqual({ read: 0, write: 1 })
  })
})

describe('of a large rung, the selection that decides', () => {
  /** Early trials are worse, as in a search that learns. */
  const lossOf = (number: number, random: number) => random + 2 * Math.exp(-number / 1_000)
  it.each([
    { title: 'of 6,000 trials', reached: (_: number) => true },
    { title: 'of every seventh of 6,000 trials', reached: (number: number) => number % 7 === 3 },
  ])('$title has quantiles within three standard errors of their ranks', async ({ reached }) => {
    const { deps, sweep } = memoryWorld()
    const key = keyOf(await sweep({ method: 'random', parameters: { lr: UNIT } }))
    const random = rngOf(3, 3).uniform
    const numbers = Array.from({ length: 6_000 }, (_, i) => i + 1).filter(reached)
    const losses: number[] = []
    for (const number of numbers) {
      const loss = lossOf(number, random())
      losses.push(loss)
      await deps.store.putRung(key, 9, { number, loss, best: loss, mean: loss, error: 0.1 })
    }
    const { values, weight } = await deps.store.listRung(key, 9, 2.5)
    expect((values.length * weight) / numbers.length).toBeCloseTo(1, 1)
    const selected = values.map(({ loss }) => loss).sort((a, b) => a - b)
    for (const share of [1 / 4, 1 / 3, 1 / 2]) {
      const cutoff = selected[Math.floor(share * selected.length)]!
      const rank = losses.filter((loss) => loss <= cutoff).length / losses.length
      const standardError = Math.sqrt((share * (1 - share)) / selected.length)
      expect(standardError).toBeLessThan(0.04)
      expect(Math.abs(rank - share)).toBeLessThan(3 * standardError)
    }
  })

  it('is all of it while it has 500 trials', async () => {
    const { deps, sweep } = memoryWorld()
    const key = keyOf(await sweep({ method: 'random', parameters: { lr: UNIT } }))
    const values = Array.from({ length: 500 }, (_, i) => ({
      number: i + 1,
      loss: i / 7,
      best: i / 9,
      mean: 1 / i,
      error: i,
    }))
    for (const value of values.toReversed()) await deps.store.putRung(key, 3, value)
    const listed = await deps.store.listRung(key, 3, 2.5)
    expect(listed.weight).toBe(1)
    expect(listed.values.toSorted((a, b) => a.number - b.number)).toEqual(values)
  })
})

describe('a search with 60,000 trials', () => {
  it('learns from the latest 50,000 and the best one, whatever is cached', async () => {
    const { deps, sweep, units } = memoryWorld()
    const path = await sweep({
      method: 'tpe',
      metric: { name: 'loss' },
      parameters: { lr: UNIT, layers: { min: 1, max: 8 } },
    })
    const key = keyOf(path)
    const { store } = deps
    const { record, head } = (await store.getSweep(key))!
    const search = await searchOf(deps, record, head)
    const { form, compact } = trialCacheOf(store, record, search.space)
    const random = rngOf(1, 1).uniform
    const trials = 60_000
    for (let block = 0; firstOf(block) <= trials; block++) {
      const ended = Array.from(
        { length: BLOCK },
        (_, i): EndedTrial => ({
          number: firstOf(block) + i,
          fate: 'observed',
          params: { lr: random(), layers: 3 },
          loss: 1 + random(),
        }),
      )
      await store.putPack(key, { block, form, bytes: encodePack(ended, compact) })
    }
    const state = { state: 'finished', attempt: 1, value: 0, loss: 0, createdAt: 1, updatedAt: 1 } as const
    await store.createTrial({
      key: { ...key, number: 7 },
      run: 'best',
      params: { lr: 0.5, layers: 2 },
      ...state,
    })
    await store.offerBest(key, { number: 7, run: 'best', value: 0, loss: 0 }, undefined)
    await store.takeNumbers(key, trials + 1, START)
    await store.recount(key, { ...head, taken: trials + 1 }, { ...head.ended, finished: trials })

    const learned = async () => {
      const { observations } = await readSamplerHistory(
        deps,
        record,
        (await store.getHead(key))!,
        search,
        [60_001],
      )
      return observations.map(({ number, loss }) => `${number} ${loss}`)
    }
    const before = units.length
    const cold = await learned()
    expect(units.slice(before).reduce((sum, { read }) => sum + read, 0)).toBeLessThan(300)
    expect(cold.slice(0, 2).map((text) => text.split(' ')[0])).toEqual(['7', '10001'])
    expect(cold).toHaveLength(50_001)
    expect(await learned()).toEqual(cold)
    evictTrials(store, key)
    expect(await learned()).toEqual(cold)
    expect(trialCacheOf(store, record, search.space).ended.size).toBe(50_000)
  })
})

describe('a diagnosis', () => {
  it('of 3,000 trials without a value reads at most 150 units, and 1 while nothing has changed', async () => {
    const world = memoryWorld()
    const path = await world.sweep({
      method: 'random',
      metric: { name: 'loss' },
      parameters: { lr: UNIT, size: { values: [1, 2, 3] } },
    })
    const key = keyOf(path)
    for (let i = 0; i < 30; i++) await world.call('POST', `${path}/trials`, { count: 100 })
    const { store } = world.deps
    await inBatches(3_000, async (number) => {
      const state = number % 2 === 0 ? 'failed' : 'finished'
      await store.closeTrial({ ...key, number }, { state, attempt: 1, reason: 'an error' }, START)
      await store.countEnded(key, state, undefined, START, 'loss was not reported')
    })
    const read = async () => (await unitsOf(world, () => world.call('GET', `${path}/diagnosis`))).read
    expect(await read()).toBeLessThanOrEqual(150)
    expect(await read()).toBeLessThanOrEqual(1)
    expect((await unitsOf(world, () => world.call('GET', `${path}/best`))).read).toBeLessThanOrEqual(1)
  })

  it('costs a trial without a value no write more', async () => {
    const world = memoryWorld()
    const path = await world.sweep({ method: 'random', metric: { name: 'loss' }, parameters: { lr: UNIT } })
    const { trials } = (await world.call('POST', `${path}/trials`, { count: 2 })).body
    const finish = async (run: string, summary: object) =>
      unitsOf(world, () => world.call('POST', `${runPathOf(run)}/finish`, { state: 'finished', summary }))
    const without = await finish(trials[0].run, { other: 1 })
    expect(without.write).toBe(3)
    expect((await finish(trials[1].run, { loss: 1 })).write).toBe(without.write + 1)
  })
})
