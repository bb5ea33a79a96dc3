import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Engine, memoryWorld, runPathOf, startEngine, type World } from './world.ts'

let engine: Engine
beforeAll(async () => {
  engine = await startEngine()
})
afterAll(() => engine.stop())

const GRID = {
  method: 'grid',
  metric: { name: 'loss', goal: 'minimize' },
  parameters: { a: { values: [1, 2, 3, 4] } },
}
const RANDOM = {
  method: 'random',
  seed: 3,
  metric: { name: 'loss', goal: 'minimize' },
  parameters: { x: { distribution: 'uniform', min: 0, max: 1 } },
}

const next = async (world: World, sweep: string) => (await world.call('POST', `${sweep}/trials`, {})).body
const finish = (world: World, run: string, body: object) =>
  world.call('POST', `${runPathOf(run)}/finish`, { state: 'finished', ...body })
const read = async (world: World, path: string) => (await world.call('GET', path)).body

/** Runs one trial, with the metric in its summary. */
async function runTrial(world: World, sweep: string, end: object): Promise<{ number: number; run: string }> {
  const [trial] = (await next(world, sweep)).trials
  await finish(world, trial.run, end)
  return trial
}
const losses = async (world: World, sweep: string, values: readonly number[]) => {
  const trials = []
  for (const loss of values) trials.push(await runTrial(world, sweep, { summary: { loss } }))
  return trials
}

describe('a void trial', () => {
  it('is not the best any more, has no value, and keeps what it said', async () => {
    const world = await engine.world()
    const sweep = await world.sweep(RANDOM)
    await losses(world, sweep, [3, -100, 2])
    const { status, body } = await world.call('POST', `${sweep}/trials/2/void`, { reason: 'wrong data' })
    expect(status).toBe(200)
    expect(body).toMatchObject({
      number: 2,
      state: 'killed',
      reason: 'wrong data',
      voided: { reason: 'wrong data', deleted: false },
      earlier: [{ state: 'finished', attempt: 1, value: -100 }],
    })
    expect(body.value).toBeUndefined()
    expect(await read(world, `${sweep}/best`)).toMatchObject({ number: 3, value: 2 })
    expect(await read(world, sweep)).toMatchObject({
      best: { number: 3 },
      trials: { finished: 2, killed: 1, handed_out: 3 },
    })
    expect((await read(world, `${sweep}/importance`)).trials).toBe(2)
  })

  it('is void once, whatever is sent again', async () => {
    const world = await engine.world()
    const sweep = await world.sweep(RANDOM)
    const [trial] = await losses(world, sweep, [1])
    const first = (await world.call('POST', `${sweep}/trials/1/void`, {})).body
    expect((await world.call('POST', `${sweep}/trials/1/void`, {})).body).toEqual(first)
    expect((await finish(world, trial!.run, { attempt: 1 })).body).toMatchObject({ kept: false })
    expect((await read(world, sweep)).best).toBeNull()
  })

  it('is refused while the trial runs, and for a number that was not handed out', async () => {
    const world = await engine.world()
    const sweep = await world.sweep(RANDOM)
    await next(world, sweep)
    expect(await world.call('POST', `${sweep}/trials/1/void`, {})).toMatchObject({
      status: 409,
      body: { code: 'trial-open' },
    })
    expect(await world.call('POST', `${sweep}/trials/9/void`, {})).toMatchObject({
      status: 404,
      body: { code: 'trial-not-found' },
    })
    expect(await world.call('POST', `${sweep}/trials/0/void`, {})).toMatchObject({ status: 400 })
  })

  it('teaches the search nothing: a bogus result is forgotten in warm and cold functions', async () => {
    const world = await engine.world()
    const config = {
      ...RANDOM,
      method: 'bayes',
      parameters: { ...RANDOM.parameters, y: { distribution: 'uniform', min: 0, max: 1 } },
    }
    const sweep = await world.sweep(config)
    for (let i = 0; i < 12; i++) {
      const [{ run, params }] = (await next(world, sweep)).trials
      await finish(world, run, { summary: { loss: (params.x - 0.2) ** 2 + (params.y - 0.2) ** 2 } })
    }
    await world.call('POST', `${sweep}/enqueue`, { params: { x: 0.95, y: 0.95 } })
    const bogus = await runTrial(world, sweep, { summary: { loss: -100 } })
    // The warm function has learned from it.
    await runTrial(world, sweep, { summary: { loss: 1 } })
    await world.call('DELETE', runPathOf(bogus.run))
    expect(await read(world, `${sweep}/best`)).not.toMatchObject({ number: bogus.number })
    const suggested = []
    for (let i = 0; i < 12; i++) {
      const [{ run, params }] = (await next(world, sweep)).trials
      suggested.push(params)
      await finish(world, run, { summary: { loss: (params.x - 0.2) ** 2 + (params.y - 0.2) ** 2 } })
    }
    const nearBogus = suggested.filter(({ x, y }) => x > 0.8 && y > 0.8)
    expect(nearBogus.length).toBeLessThan(2)
  })
})

describe('a deleted run', () => {
  it('makes its trial void', async () => {
    const world = await engine.world()
    const sweep = await world.sweep(RANDOM)
    const [, bogus] = await losses(world, sweep, [3, -100, 2])
    expect((await world.call('DELETE', runPathOf(bogus!.run))).status).toBe(204)
    expect(await read(world, `${sweep}/best`)).toMatchObject({ number: 3, value: 2 })
    expect(await read(world, `${sweep}/trials/2`)).toMatchObject({ voided: { deleted: true } })
  })

  it('frees its cell of a grid, which runs again when the sweep is resumed', async () => {
    const world = await engine.world()
    const sweep = await world.sweep(GRID)
    const trials = []
    for (const state of ['finished', 'failed', 'finished', 'failed'])
      trials.push(await runTrial(world, sweep, { state, summary: { loss: 1 } }))
    for (const { run } of [trials[1]!, trials[3]!]) await world.call('DELETE', runPathOf(run))
    expect((await read(world, sweep)).state).toBe('finished')
    expect((await world.call('PATCH', sweep, { state: 'running' })).body).toMatchObject({ state: 'running' })
    const again = []
    for (let i = 0; i < 2; i++) {
      const [trial] = (await next(world, sweep)).trials
      again.push([trial.number, trial.params.a, trial.attempt])
      await finish(world, trial.run, { attempt: trial.attempt, summary: { loss: trial.number / 10 } })
    }
    expect(again).toEqual([
      [2, 2, 2],
      [4, 4, 2],
    ])
    expect(await read(world, sweep)).toMatchObject({
      state: 'finished',
      best: { number: 2, value: 0.2 },
      trials: { finished: 4, failed: 0, killed: 0 },
    })
  })
})

describe('a requeued trial', () => {
  it('runs again under its number, with the same parameters, after its sweep has finished', async () => {
    const world = await engine.world()
    const sweep = await world.sweep(GRID)
    for (const state of ['finished', 'failed', 'killed', 'failed'])
      await runTrial(world, sweep, { state, summary: { loss: 1 } })
    world.advance(61)
    await world.reconcile()
    const failed = await world.call('POST', `${sweep}/trials/requeue?state=failed`)
    expect(
      failed.body.items.map(({ number, state }: { number: number; state: string }) => [number, state]),
    ).toEqual([
      [2, 'queued'],
      [4, 'queued'],
    ])
    expect(failed.body.more).toBe(false)
    expect(await read(world, sweep)).toMatchObject({ state: 'running', trials: { failed: 0 } })
    for (;;) {
      const { status, body } = await world.call('POST', `${sweep}/trials`, {})
      if (status !== 201) break
      await finish(world, body.trials[0].run, { attempt: body.trials[0].attempt, summary: { loss: 0.5 } })
    }
    expect(await read(world, sweep)).toMatchObject({
      state: 'finished',
      trials: { finished: 3, failed: 0, killed: 1 },
    })
    expect((await read(world, `${sweep}/trials/2`)).earlier).toMatchObject([{ state: 'failed', attempt: 1 }])
  })

  it('ignores what its earlier attempts still report', async () => {
    const world = await engine.world()
    const sweep = await world.sweep({ ...GRID, parameters: { a: { values: [1] } } })
    const { run } = await runTrial(world, sweep, { state: 'failed' })
    await world.call('POST', `${sweep}/trials/1/requeue`)
    const metrics = (attempt: number) =>
      world.call('POST', `${runPathOf(run)}/metrics`, {
        attempt,
        points: [{ step: 9, values: { loss: -5 } }],
      })
    expect((await metrics(1)).body).toMatchObject({ stop: true })
    expect((await finish(world, run, { attempt: 1 })).body).toMatchObject({ state: 'queued', kept: false })
    const [trial] = (await next(world, sweep)).trials
    expect(trial).toMatchObject({ run, attempt: 2 })
    expect((await finish(world, run, { attempt: 1, summary: { loss: -5 } })).body).toMatchObject({
      kept: false,
    })
    await finish(world, run, { attempt: 2, summary: { loss: 2 } })
    expect(await read(world, `${sweep}/best`)).toMatchObject({ value: 2, attempt: 2 })
    expect((await read(world, runPathOf(run))).past_attempts).toMatchObject([{ attempt: 1, end: 'failed' }])
  })

  it('goes to the agent function of its sweep', async () => {
    const world = await engine.world()
    const sweep = await world.sweep({ ...GRID, dispatch: { agent: 'digits', concurrency: 1 }, run_cap: 1 })
    const run = (await read(world, `${sweep}/trials/1`)).run
    await world.call('POST', `${runPathOf(run)}/claim`, { attempt: 1 })
    await finish(world, run, { attempt: 1, state: 'failed' })
    await world.call('POST', `${sweep}/trials/1/requeue`)
    expect((await world.call('POST', `${runPathOf(run)}/claim`, { attempt: 2 })).status).toBe(200)
  })

  it('is refused while it runs, and in a cancelled sweep', async () => {
    const world = await engine.world()
    const sweep = await world.sweep(GRID)
    await runTrial(world, sweep, {})
    await next(world, sweep)
    expect(await world.call('POST', `${sweep}/trials/2/requeue`)).toMatchObject({
      body: { code: 'trial-open' },
    })
    await world.call('PATCH', sweep, { state: 'cancelled' })
    expect(await world.call('POST', `${sweep}/trials/1/requeue`)).toMatchObject({
      body: { code: 'sweep-cancelled' },
    })
    expect(await world.call('POST', `${sweep}/trials/requeue?state=nothing`)).toMatchObject({ status: 400 })
  })
})

describe('a finished sweep', () => {
  it('is reopened by an enqueued trial', async () => {
    const world = await engine.world()
    const sweep = await world.sweep({ ...GRID, parameters: { a: { values: [1, 2] } } })
    await losses(world, sweep, [1, 2])
    expect((await read(world, sweep)).state).toBe('finished')
    expect((await world.call('POST', `${sweep}/enqueue`, { params: { a: 2 } })).status).toBe(201)
    const { number } = await runTrial(world, sweep, { summary: { loss: 0 } })
    expect(number).toBe(3)
    expect(await read(world, sweep)).toMatchObject({ state: 'finished', best: { number: 3 } })
  })
})

describe('a corrected summary', () => {
  it.each(['PATCH', 'finish'])('changes the value of an ended trial, by %s', async (way) => {
    const world = await engine.world()
    const sweep = await world.sweep(RANDOM)
    const [, second] = await losses(world, sweep, [3, 5, 4])
    const correct = (loss: number) =>
      way === 'PATCH'
        ? world.call('PATCH', runPathOf(second!.run), { summary: { loss } })
        : finish(world, second!.run, { attempt: 1, summary: { loss } })
    expect((await correct(1)).status).toBe(200)
    expect(await read(world, `${sweep}/best`)).toMatchObject({
      number: 2,
      value: 1,
      state: 'finished',
      earlier: [{ value: 5 }],
    })
    await correct(9)
    expect(await read(world, `${sweep}/best`)).toMatchObject({ number: 1, value: 3 })
    expect((await read(world, `${sweep}/trials/2`)).earlier).toMatchObject([{ value: 5 }, { value: 1 }])
    expect((await read(world, sweep)).trials).toMatchObject({ finished: 3 })
  })

  it('gives a value to a trial that finished without one', async () => {
    const world = await engine.world()
    const sweep = await world.sweep(RANDOM)
    const { run } = await runTrial(world, sweep, { summary: { validation_loss: 2 } })
    expect((await world.call('GET', `${sweep}/best`)).status).toBe(404)
    await world.call('PATCH', runPathOf(run), { summary: { loss: 2 } })
    expect(await read(world, `${sweep}/best`)).toMatchObject({ value: 2 })
  })

  it('says why the value of a failed trial does not follow', async () => {
    const world = await engine.world()
    const sweep = await world.sweep(RANDOM)
    const { run } = await runTrial(world, sweep, { state: 'failed' })
    const { body } = await world.call('PATCH', runPathOf(run), { summary: { loss: 2 } })
    expect(body.summary).toEqual({ loss: 2 })
    expect(body.warnings).toEqual([expect.stringContaining('ended as failed')])
    const other = await world.call('PATCH', runPathOf(run), { summary: { test_loss: 3 } })
    expect(other.body.warnings).toBeUndefined()
    const again = (await finish(world, run, { state: 'failed', attempt: 1, summary: { loss: 1 } })).body
    expect(again).toMatchObject({ kept: false, reason: expect.stringContaining('ended as failed') })
  })
})

describe('an interrupted agent', () => {
  it('gives its trial back although the program has closed its run meanwhile', async () => {
    const world = await engine.world()
    const sweep = await world.sweep({ ...RANDOM, run_cap: 1 })
    const [{ run }] = (await next(world, sweep)).trials
    world.advance(10)
    await finish(world, run, { attempt: 1, summary: { loss: 0.2 } })
    expect((await read(world, sweep)).state).toBe('finished')
    world.advance(2)
    const released = await finish(world, run, { state: 'released', attempt: 1, interrupted_seconds_ago: 5 })
    expect(released.body).toEqual({ state: 'queued', kept: true })
    const [again] = (await next(world, sweep)).trials
    expect(again).toMatchObject({ run, attempt: 2 })
    await finish(world, run, { attempt: 2, summary: { loss: 0.7 } })
    expect(await read(world, `${sweep}/best`)).toMatchObject({ value: 0.7 })
  })

  it('does not undo an end from before', async () => {
    const world = await engine.world()
    const sweep = await world.sweep({ ...RANDOM, run_cap: 1 })
    const [{ run }] = (await next(world, sweep)).trials
    await finish(world, run, { attempt: 1, summary: { loss: 0.2 } })
    world.advance(60)
    const released = await finish(world, run, { state: 'released', attempt: 1, interrupted_seconds_ago: 5 })
    expect(released.body).toMatchObject({ state: 'finished', kept: false })
  })
})

describe('a deleted sweep', () => {
  it('takes its runs with it', async () => {
    const world = await engine.world()
    const sweep = await world.sweep(RANDOM)
    const [one, two] = await losses(world, sweep, [1, 2])
    await next(world, sweep)
    expect((await world.call('DELETE', sweep)).status).toBe(204)
    for (const { run } of [one!, two!]) expect((await world.call('GET', runPathOf(run))).status).toBe(404)
  })
})

describe('a deletion of many', () => {
  it('takes the runs that match, and voids their trials', async () => {
    const world = await engine.world()
    const sweep = await world.sweep(RANDOM)
    for (const state of ['failed', 'finished', 'failed'])
      await runTrial(world, sweep, { state, summary: { loss: 1 } })
    await world.call('POST', '/v1/acme/digits/runs', { id: 'alone', tags: ['old'] })
    const deleted = await world.call('POST', '/v1/acme/digits/runs/delete', { states: ['failed'] })
    expect(deleted.body).toEqual({ deleted: 2, more: false })
    expect((await read(world, sweep)).trials).toMatchObject({ finished: 1, failed: 0, killed: 2 })
    expect((await world.call('POST', '/v1/acme/digits/runs/delete', { tag: 'old' })).body.deleted).toBe(1)
    expect(await world.call('POST', '/v1/acme/digits/runs/delete', {})).toMatchObject({ status: 400 })
    expect((await read(world, '/v1/acme/digits/runs')).items).toHaveLength(1)
  })

  it('takes a project with all that it holds, and no other', async () => {
    const world = await engine.world()
    const sweep = await world.sweep(RANDOM)
    await losses(world, sweep, [1, 2])
    await next(world, sweep)
    await world.call('POST', `${sweep}/share`)
    await world.call('POST', '/v1/acme/digits/runs', { id: 'alone' })
    await world.call('POST', '/v1/acme/other/runs', { id: 'stays' })
    expect((await world.call('DELETE', '/v1/acme/projects/digits')).status).toBe(204)
    expect((await read(world, '/v1/acme/projects')).items).toMatchObject([{ name: 'other' }])
    for (const path of ['/v1/acme/digits/runs', '/v1/acme/digits/runs/alone', sweep])
      expect((await world.call('GET', path)).status).toBe(404)
    expect((await world.call('GET', '/v1/acme/other/runs/stays')).status).toBe(200)
    expect((await world.call('DELETE', '/v1/acme/projects/digits')).status).toBe(404)
  })
})

describe('readers of a sweep', () => {
  it('get amended trials of pages that they have cached, and as changes', async () => {
    const world = memoryWorld()
    const sweep = await world.sweep({ ...RANDOM, run_cap: 510 })
    for (let at = 0; at < 510; at += 100) {
      const count = Math.min(100, 510 - at)
      const { trials } = (await world.call('POST', `${sweep}/trials`, { count })).body
      for (const { run, number } of trials) await finish(world, run, { summary: { loss: number } })
    }
    world.advance(60)
    const all = await read(world, `${sweep}/events?since=0.0`)
    expect(all.trials).toHaveLength(510)
    world.advance(60)
    await world.call('POST', `${sweep}/trials/1/void`, {})
    const changes = await read(world, `${sweep}/events?since=${encodeURIComponent(all.cursor)}`)
    expect(changes.trials.map(({ number }: { number: number }) => number)).toEqual([1])
    const fromStart = await read(world, `${sweep}/events?since=0.0`)
    expect(fromStart.trials[0]).toMatchObject({ number: 1, state: 'killed' })
    expect((await read(world, `${sweep}/importance`)).trials).toBe(509)
    await world.call('POST', `${sweep}/trials/1/requeue`)
    const queued = await read(world, `${sweep}/events?since=${encodeURIComponent(changes.cursor)}`)
    expect(queued.trials).toMatchObject([{ number: 1, state: 'queued' }])
    const [trial] = (await next(world, sweep)).trials
    await finish(world, trial.run, { attempt: trial.attempt, summary: { loss: -1 } })
    const ended = await read(world, `${sweep}/events?since=${encodeURIComponent(queued.cursor)}`)
    expect(ended.trials).toMatchObject([{ number: 1, state: 'finished', value: -1 }])
  })
})
