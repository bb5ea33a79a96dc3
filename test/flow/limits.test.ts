import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Engine, runPathOf, startEngine, type World } from './world.ts'

let engine: Engine
beforeAll(async () => {
  engine = await startEngine()
})
afterAll(() => engine.stop())

const RANDOM = {
  method: 'random',
  seed: 3,
  metric: { name: 'loss', goal: 'minimize' },
  parameters: { x: { distribution: 'uniform', min: 0, max: 1 } },
}
const next = (world: World, sweep: string) => world.call('POST', `${sweep}/trials`, {})
const start = async (world: World, sweep: string): Promise<string> =>
  runPathOf((await next(world, sweep)).body.trials[0].run)
const finish = (world: World, run: string, body: object) => world.call('POST', `${run}/finish`, body)
const log = (world: World, run: string, step: number, values: object) =>
  world.call('POST', `${run}/metrics`, { points: [{ step, values }] })
const read = async (world: World, path: string) => (await world.call('GET', path)).body

describe('max_seconds.trial', () => {
  const LIMITED = { ...RANDOM, max_seconds: { trial: 100 } }

  it.each(['metrics', 'heartbeat'])('stops a trial with its next %s, and keeps its value', async (way) => {
    const world = await engine.world()
    const sweep = await world.sweep(LIMITED)
    const run = await start(world, sweep)
    world.advance(50)
    expect((await log(world, run, 0, { loss: 4 })).body.stop).toBe(false)
    world.advance(51)
    // A heartbeat reads no config; the repair looks at running trials each minute.
    if (way === 'heartbeat') await world.reconcile()
    const answer =
      way === 'metrics'
        ? await log(world, run, 1, { loss: 3 })
        : await world.call('POST', `${run}/heartbeat`, {})
    expect(answer.body).toMatchObject({ stop: true, reason: expect.stringContaining('max_seconds.trial') })
    await finish(world, run, { state: 'failed', exit_code: 1 })
    expect(await read(world, `${sweep}/trials/1`)).toMatchObject({
      state: 'stopped',
      value: way === 'metrics' ? 3 : 4,
    })
  })

  it('ends a trial that goes on after the stop request, and gives its place away', async () => {
    const world = await engine.world()
    const sweep = await world.sweep({ ...LIMITED, run_cap: 1 })
    const run = await start(world, sweep)
    await log(world, run, 0, { loss: 4 })
    for (let minute = 0; minute < 6; minute++) {
      world.advance(30)
      await world.call('POST', `${run}/heartbeat`, {})
      await world.reconcile()
    }
    expect(await read(world, `${sweep}/trials/1`)).toMatchObject({
      state: 'stopped',
      value: 4,
      reason: expect.stringContaining('went on after the stop request'),
    })
    expect((await read(world, sweep)).state).toBe('finished')
  })

  it('counts for each attempt from its start', async () => {
    const world = await engine.world()
    const sweep = await world.sweep({ ...LIMITED, run_cap: 1 })
    const run = await start(world, sweep)
    world.advance(90)
    await world.reconcile()
    await next(world, sweep)
    world.advance(50)
    expect((await world.call('POST', `${run}/heartbeat`, {})).body).toMatchObject({ stop: false })
  })
})

describe('max_seconds.sweep', () => {
  it('finishes the sweep at a hand-out or at the minute, and stops what runs', async () => {
    for (const way of ['hand-out', 'minute']) {
      const world = await engine.world()
      const sweep = await world.sweep({ ...RANDOM, max_seconds: { sweep: 100 } })
      const run = await start(world, sweep)
      for (const seconds of [40, 40, 21]) {
        await world.call('POST', `${run}/heartbeat`, {})
        world.advance(seconds)
      }
      if (way === 'hand-out')
        expect(await next(world, sweep)).toMatchObject({ body: { code: 'sweep-finished' } })
      else await world.reconcile()
      expect(await read(world, sweep)).toMatchObject({
        state: 'finished',
        state_reason: expect.stringContaining('max_seconds.sweep'),
      })
      await world.reconcile()
      expect((await world.call('POST', `${run}/heartbeat`, {})).body).toMatchObject({ stop: true })
    }
  })
})

describe('max_failures', () => {
  it('pauses the sweep after so many failures in a row, with their reason', async () => {
    const world = await engine.world()
    const sweep = await world.sweep({ ...RANDOM, max_failures: 3 })
    const fail = async (reason: string) =>
      finish(world, await start(world, sweep), { state: 'failed', reason })
    await fail('exit code 1: other')
    await fail('exit code 1: other')
    await finish(world, await start(world, sweep), { state: 'finished', summary: { loss: 1 } })
    await fail('exit code 1: ModuleNotFoundError')
    await fail('exit code 1: ModuleNotFoundError')
    expect((await read(world, sweep)).state).toBe('running')
    await fail('exit code 1: ModuleNotFoundError')
    expect(await read(world, sweep)).toMatchObject({
      state: 'paused',
      state_reason: expect.stringMatching(/3 trials in a row have failed.*ModuleNotFoundError/),
    })
    expect((await next(world, sweep)).status).toBe(204)
    // A user who has repaired the script resumes it: failures from before do not count.
    await world.call('PATCH', sweep, { state: 'running' })
    expect((await read(world, sweep)).state_reason).toBeNull()
    await fail('again')
    await fail('again')
    expect((await read(world, sweep)).state).toBe('running')
    await fail('again')
    expect((await read(world, sweep)).state).toBe('paused')
  })

  it('pauses the sweep when too large a share has failed', async () => {
    const world = await engine.world()
    const sweep = await world.sweep({ ...RANDOM, max_failures: { share: 0.5, at_least: 4 } })
    for (const state of ['failed', 'finished', 'finished', 'failed'])
      await finish(world, await start(world, sweep), { state, summary: { loss: 1 } })
    expect(await read(world, sweep)).toMatchObject({
      state: 'paused',
      state_reason: expect.stringContaining('2 of 4 trials have failed'),
    })
  })
})

describe('metric.summary', () => {
  const run = async (world: World, summary: unknown, goal = 'minimize') => {
    const sweep = await world.sweep({ ...RANDOM, metric: { name: 'loss', goal, summary } })
    const path = await start(world, sweep)
    for (const [step, loss] of [5, 1, 2, 6].entries()) await log(world, path, step, { loss })
    // A resend changes nothing.
    await log(world, path, 1, { loss: 1 })
    await finish(world, path, { state: 'finished' })
    return {
      value: (await read(world, `${sweep}/best`)).value,
      shown: (await read(world, path)).summary.loss,
    }
  }

  it.each([
    ['last', 'minimize', 6],
    ['best', 'minimize', 1],
    ['best', 'maximize', 6],
    [{ mean_of_last: 2 }, 'minimize', 4],
    [{ mean_of_last: 9 }, 'minimize', 3.5],
  ])(
    '%j of a metric to %s is the value of the trial, and what its run shows',
    async (summary, goal, value) => {
      expect(await run(await engine.world(), summary, goal)).toEqual({ value, shown: value })
    },
  )

  it('applies to each of several metrics', async () => {
    const world = await engine.world()
    const { metric: _, ...rest } = RANDOM
    const sweep = await world.sweep({
      ...rest,
      metrics: [
        { name: 'loss', goal: 'minimize', summary: 'best' },
        { name: 'acc', goal: 'maximize', summary: { mean_of_last: 2 } },
      ],
    })
    const path = await start(world, sweep)
    for (const [step, value] of [3, 1, 2].entries()) await log(world, path, step, { loss: value, acc: value })
    await finish(world, path, { state: 'finished' })
    expect((await read(world, `${sweep}/trials/1`)).values).toEqual([1, 1.5])
  })

  it('is what early termination compares', async () => {
    const world = await engine.world()
    const sweep = await world.sweep({
      ...RANDOM,
      metric: { ...RANDOM.metric, summary: 'best' },
      early_terminate: { type: 'threshold', upper: 4 },
    })
    const path = await start(world, sweep)
    expect((await log(world, path, 0, { loss: 3 })).body.stop).toBe(false)
    expect((await log(world, path, 1, { loss: 9 })).body.stop).toBe(false)
  })
})
