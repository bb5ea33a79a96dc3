import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Engine, runPathOf, startEngine, type World } from './world.ts'

let engine: Engine
beforeAll(async () => {
  engine = await startEngine()
})
afterAll(() => engine.stop())

const grid = {
  method: 'grid',
  metric: { name: 'loss', goal: 'minimize' },
  parameters: { a: { values: [1, 2] }, b: { values: ['x', 'y'] } },
}
const next = (world: World, sweep: string, body: unknown = {}, key?: string) =>
  world.call('POST', `${sweep}/trials`, body, key === undefined ? {} : { 'Idempotency-Key': key })
const finish = (world: World, run: string, body: object) =>
  world.call('POST', `${runPathOf(run)}/finish`, { state: 'finished', ...body })

describe('a sweep from its creation to its end', () => {
  it('hands out every cell of a grid once, keeps the best, and ends automatically', async () => {
    const world = await engine.world()
    const sweep = await world.sweep(grid)
    const handedOut = []
    for (const loss of [4, 1, 3, 2]) {
      const { status, body } = await next(world, sweep)
      expect(status).toBe(201)
      const [trial] = body.trials
      handedOut.push([trial.number, trial.params.a, trial.params.b, trial.attempt])
      await world.call('POST', `${runPathOf(trial.run)}/metrics`, { points: [{ step: 0, values: { loss } }] })
      expect((await finish(world, trial.run, {})).body).toEqual({ state: 'finished', kept: true })
    }
    expect(handedOut).toEqual([
      [1, 1, 'x', 1],
      [2, 1, 'y', 1],
      [3, 2, 'x', 1],
      [4, 2, 'y', 1],
    ])
    const { body } = await world.call('GET', sweep)
    expect(body).toMatchObject({ state: 'finished', limit: 4, best: { number: 2, value: 1 } })
    expect(body.trials).toMatchObject({ handed_out: 4, open: 0, finished: 4 })
    const refused = await next(world, sweep)
    expect(refused).toMatchObject({ status: 409, body: { code: 'sweep-finished' } })
  })

  it('asks agents to wait while the last trials run, since one may be requeued', async () => {
    const world = await engine.world()
    const sweep = await world.sweep({ ...grid, run_cap: 1 })
    await next(world, sweep)
    const waiting = await next(world, sweep)
    expect(waiting.status).toBe(204)
    expect(Number(waiting.headers.get('Retry-After'))).toBeGreaterThan(0)
  })

  it('requeues a lost trial with the same parameters, and ends it as crashed after its last attempt', async () => {
    const world = await engine.world()
    const sweep = await world.sweep({ ...grid, run_cap: 1, retry: { max_attempts: 2 } })
    const first = (await next(world, sweep)).body.trials[0]
    world.advance(61)
    expect(await world.reconcile()).toMatchObject({ expired: 1 })
    const second = (await next(world, sweep)).body.trials[0]
    expect(second).toMatchObject({ number: 1, run: first.run, params: first.params, attempt: 2 })
    const again = (await world.call('GET', runPathOf(first.run))).body
    expect(again.past_attempts).toMatchObject([{ attempt: 1, end: 'lost' }])
    world.advance(61)
    expect(await world.reconcile()).toMatchObject({ expired: 1 })
    const { body } = await world.call('GET', sweep)
    expect(body).toMatchObject({ state: 'finished', trials: { crashed: 1, open: 0 } })
  })

  it('keeps a late result when no other attempt has finished, and stops the other attempt', async () => {
    const world = await engine.world()
    const sweep = await world.sweep({ ...grid, run_cap: 1 })
    const { run } = (await next(world, sweep)).body.trials[0]
    const metrics = (attempt: number, loss: number) =>
      world.call('POST', `${runPathOf(run)}/metrics`, { attempt, points: [{ step: 0, values: { loss } }] })
    await metrics(1, 0.5)
    world.advance(61)
    await world.reconcile()
    await next(world, sweep)
    await metrics(2, 0.9)
    expect((await finish(world, run, { attempt: 1 })).body).toEqual({ state: 'finished', kept: true })
    expect((await metrics(2, 0.8)).body.stop).toBe(true)
    expect((await finish(world, run, { attempt: 2 })).body).toEqual({ state: 'finished', kept: false })
    const { body } = await world.call('GET', `${sweep}/trials`)
    expect(body.items).toMatchObject([{ number: 1, state: 'finished', value: 0.5, attempt: 1 }])
  })

  it('replaces a crash by a late result', async () => {
    const world = await engine.world()
    const sweep = await world.sweep({ ...grid, run_cap: 1, retry: { max_attempts: 1 } })
    const { run } = (await next(world, sweep)).body.trials[0]
    world.advance(61)
    await world.reconcile()
    expect((await world.call('GET', sweep)).body.trials.crashed).toBe(1)
    await finish(world, run, { attempt: 1, summary: { loss: 0.25 } })
    const { body } = await world.call('GET', sweep)
    expect(body).toMatchObject({ best: { value: 0.25 }, trials: { crashed: 0, finished: 1 } })
  })

  it('returns the same trial for a repeated request, and refuses another request with the same key', async () => {
    const world = await engine.world()
    const sweep = await world.sweep(grid)
    const first = await next(world, sweep, {}, 'k1')
    const again = await next(world, sweep, {}, 'k1')
    expect(again.body).toEqual(first.body)
    expect((await next(world, sweep, {}, 'k2')).body.trials[0].number).toBe(2)
    expect(await next(world, sweep, { count: 2 }, 'k1')).toMatchObject({
      status: 422,
      body: { code: 'idempotency-key-reused' },
    })
  })

  it('returns the trial to a repeated request after a requeue, unless another agent has claimed it', async () => {
    const world = await engine.world()
    const sweep = await world.sweep(grid)
    const first = (await next(world, sweep, {}, 'mine')).body.trials[0]
    await finish(world, first.run, { state: 'released' })
    const again = (await next(world, sweep, {}, 'mine')).body.trials[0]
    expect(again).toMatchObject({ number: first.number, attempt: 2 })
    await finish(world, first.run, { state: 'released' })
    expect((await next(world, sweep, {}, 'yours')).body.trials[0]).toMatchObject({ number: 1, attempt: 3 })
    expect((await next(world, sweep, {}, 'mine')).status).toBe(204)
  })

  it('returns the same sweep and the same run for a repeated creation', async () => {
    const world = await engine.world()
    for (const [path, body] of [
      ['sweeps', grid],
      ['runs', { config: { lr: 1 } }],
    ] as const) {
      const create = () => world.call('POST', `/v1/acme/digits/${path}`, body, { 'Idempotency-Key': 'once' })
      const first = await create()
      expect(first.status).toBe(201)
      expect((await create()).body.id).toBe(first.body.id)
      expect((await world.call('GET', `/v1/acme/digits/${path}`)).body.items).toHaveLength(1)
    }
  })

  it('hands out enqueued parameters first, and every cell of the grid once', async () => {
    const world = await engine.world()
    const sweep = await world.sweep(grid)
    await next(world, sweep)
    const enqueued = await world.call('POST', `${sweep}/enqueue`, { params: { a: 2, b: 'x' } })
    expect(enqueued).toMatchObject({ status: 201, body: { number: 2 } })
    const handed = (await next(world, sweep, { count: 4 })).body.trials
    expect(handed.map((trial: { params: unknown }) => trial.params)).toEqual([
      { a: 2, b: 'x' },
      { a: 1, b: 'y' },
      { a: 2, b: 'y' },
    ])
    expect((await world.call('GET', sweep)).body.limit).toBe(4)
  })

  it('refuses to enqueue parameters outside the space, and names the parameter', async () => {
    const world = await engine.world()
    const sweep = await world.sweep(grid)
    const { status, body } = await world.call('POST', `${sweep}/enqueue`, { params: { a: 3 } })
    expect(status).toBe(400)
    expect(body.errors).toMatchObject([{ path: 'params.a' }])
    expect((await world.call('GET', sweep)).body.trials.handed_out).toBe(0)
  })
})

describe('a user', () => {
  it('pauses and resumes', async () => {
    const world = await engine.world()
    const sweep = await world.sweep(grid)
    await world.call('PATCH', sweep, { state: 'paused' })
    expect((await next(world, sweep)).status).toBe(204)
    await world.call('PATCH', sweep, { state: 'running' })
    expect((await next(world, sweep)).status).toBe(201)
  })

  it('finishes a sweep: running trials finish, no new ones start', async () => {
    const world = await engine.world()
    const sweep = await world.sweep(grid)
    const { run } = (await next(world, sweep)).body.trials[0]
    await world.call('PATCH', sweep, { state: 'finished' })
    expect((await next(world, sweep)).status).toBe(409)
    expect((await world.call('POST', `${runPathOf(run)}/heartbeat`, {})).body.stop).toBe(false)
    expect((await finish(world, run, { summary: { loss: 1 } })).body.kept).toBe(true)
  })

  it('cancels a sweep: running trials are stopped and end as killed', async () => {
    const world = await engine.world()
    const sweep = await world.sweep(grid)
    const { run } = (await next(world, sweep)).body.trials[0]
    await world.call('PATCH', sweep, { state: 'cancelled' })
    expect((await world.call('POST', `${runPathOf(run)}/heartbeat`, {})).body).toMatchObject({ stop: true })
    expect((await finish(world, run, { state: 'failed' })).body.state).toBe('killed')
    expect((await world.call('PATCH', sweep, { state: 'running' })).status).toBe(409)
  })

  it('reopens a finished sweep by raising its cap', async () => {
    const world = await engine.world()
    const sweep = await world.sweep({ ...grid, run_cap: 1 })
    const { run } = (await next(world, sweep)).body.trials[0]
    await finish(world, run, {})
    expect((await world.call('GET', sweep)).body.state).toBe('finished')
    const { body } = await world.call('PATCH', sweep, { run_cap: 2 })
    expect(body).toMatchObject({ state: 'running', limit: 2 })
    expect((await next(world, sweep)).body.trials[0].number).toBe(2)
  })

  it('ends a sweep at its target', async () => {
    const world = await engine.world()
    const sweep = await world.sweep({ ...grid, metric: { name: 'loss', goal: 'minimize', target: 0.1 } })
    const { run } = (await next(world, sweep)).body.trials[0]
    await finish(world, run, { summary: { loss: 0.05 } })
    expect((await world.call('GET', sweep)).body.state).toBe('finished')
  })

  it('deletes a sweep with its runs', async () => {
    const world = await engine.world()
    const sweep = await world.sweep(grid)
    const { run } = (await next(world, sweep)).body.trials[0]
    await finish(world, run, { summary: { loss: 1 } })
    expect((await world.call('DELETE', sweep)).status).toBe(204)
    expect((await world.call('GET', sweep)).status).toBe(404)
    expect((await world.call('GET', runPathOf(run))).status).toBe(404)
  })
})

describe('early termination', () => {
  const config = {
    ...grid,
    method: 'random',
    parameters: { lr: { min: 0.1, max: 1.0 } },
    run_cap: 10,
    early_terminate: { type: 'hyperband', min_iter: 1, eta: 3 },
  }

  it('stops the worse trial at a rung, gives the reason in every answer, and keeps the value at the rung', async () => {
    const world = await engine.world()
    const sweep = await world.sweep(config)
    const [good, bad] = (await next(world, sweep, { count: 2 })).body.trials
    const log = (run: string, step: number, loss: number) =>
      world.call('POST', `${runPathOf(run)}/metrics`, { points: [{ step, values: { loss } }] })
    await log(good.run, 0, 1)
    expect((await log(good.run, 1, 0.5)).body.stop).toBe(false)
    await log(bad.run, 0, 2)
    const stopped = await log(bad.run, 1, 1.5)
    expect(stopped.body).toMatchObject({ stop: true, reason: expect.stringContaining('2') })
    expect((await log(bad.run, 2, 0.1)).body.stop).toBe(true)
    expect((await world.call('POST', `${runPathOf(bad.run)}/heartbeat`, {})).body.stop).toBe(true)
    expect((await finish(world, bad.run, { state: 'failed', exit_code: 1 })).body.state).toBe('stopped')
    const { body } = await world.call('GET', `${sweep}/trials`)
    expect(body.items[1]).toMatchObject({
      state: 'stopped',
      value: 1.5,
      rung: 2,
      reason: stopped.body.reason,
    })
    expect((await world.call('GET', runPathOf(bad.run))).body.stop).toMatchObject({ by: 'stopper' })
  })

  it('continues a slow trial that would be the best at the next rung', async () => {
    const world = await engine.world()
    const sweep = await world.sweep({ ...config, early_terminate: { type: 'asha' } })
    const trials = (await next(world, sweep, { count: 6 })).body.trials
    const report = (i: number, losses: readonly number[]) =>
      world.call('POST', `${runPathOf(trials[i].run)}/metrics`, {
        points: losses.map((loss, step) => ({ step, values: { loss } })),
      })
    for (const i of [0, 1, 2])
      expect(
        (
          await report(
            i,
            Array.from({ length: 6 }, () => 1),
          )
        ).body.stop,
      ).toBe(false)
    expect((await report(3, [9, 1.01])).body.stop).toBe(false)
    expect((await report(4, [9, 5])).body).toMatchObject({
      stop: true,
      reason: expect.stringMatching(/^asha: mean loss 7 up to iteration 2 is above .* Extrapolated to 4\.9/),
    })
    expect((await report(5, [9, 9])).body).toMatchObject({
      stop: true,
      reason: 'asha: mean loss 9 up to iteration 2 is above the top-1/3 cutoff 1 (6 trials).',
    })
  })
})

describe('agent functions', () => {
  const config = { ...grid, dispatch: { agent: 'digits', concurrency: 2 } }

  it('keeps `concurrency` trials in flight, and sends the next one when a trial ends', async () => {
    const world = await engine.world()
    const sweep = await world.sweep(config)
    expect(world.sent.map((message) => message.number)).toEqual([1, 2])
    const claim = (attempt: number, run: string) => world.call('POST', `${runPathOf(run)}/claim`, { attempt })
    const run = world.sent[0]?.run ?? ''
    expect((await claim(1, run)).body).toMatchObject({ number: 1, params: { a: 1, b: 'x' }, attempt: 1 })
    expect(await claim(1, run)).toMatchObject({ status: 409, body: { code: 'lease-taken' } })
    await finish(world, run, { summary: { loss: 1 }, attempt: 1 })
    expect(world.sent.map((message) => message.number)).toEqual([1, 2, 3])
    expect(await claim(1, run)).toMatchObject({ status: 409, body: { code: 'run-ended' } })
    expect((await world.call('GET', sweep)).body.trials).toMatchObject({ handed_out: 3, open: 2 })
  })

  it('sends a lost trial again under the next attempt, and does not count a released one as lost', async () => {
    const world = await engine.world()
    await world.sweep({ ...config, run_cap: 1, retry: { max_attempts: 2 } })
    const run = world.sent[0]?.run ?? ''
    await world.call('POST', `${runPathOf(run)}/claim`, { attempt: 1 })
    await finish(world, run, { state: 'released', attempt: 1 })
    await world.call('POST', `${runPathOf(run)}/claim`, { attempt: 2 })
    world.advance(61)
    await world.reconcile()
    expect(world.sent.map((message) => message.attempt)).toEqual([1, 2, 3])
  })

  it('sends a queued trial that never started again after 30 seconds, then every 15 minutes', async () => {
    const world = await engine.world()
    await world.sweep({ ...config, run_cap: 1 })
    const sentAfter = async (seconds: number) => {
      world.advance(seconds)
      await world.reconcile()
      return world.sent.length
    }
    expect(await sentAfter(10)).toBe(1)
    expect(await sentAfter(21)).toBe(2)
    expect(await sentAfter(600)).toBe(2)
    expect(await sentAfter(301)).toBe(3)
  })

  it('sends trials that the queue refused with the next repair', async () => {
    const world = await engine.world()
    world.refuseMessages(true)
    const created = await world.call('POST', '/v1/acme/digits/sweeps', { ...config, run_cap: 3 })
    expect(created.status).toBe(201)
    expect(created.body.warnings).toContainEqual(expect.stringMatching(/not sent yet/))
    world.refuseMessages(false)
    expect(await world.reconcile()).toMatchObject({ sent: 2, errors: [] })
    expect(world.sent.map(({ number, attempt }) => [number, attempt])).toEqual([
      [1, 1],
      [2, 1],
    ])
    const [key] = (await world.deps.store.listOpenSweeps({ limit: 1 })).items
    expect((await world.deps.store.getHead(key!))?.waiting).toEqual([])
  })

  it.each(['finished', 'released'])(
    'acknowledges a %s run whose next trial the queue refuses',
    async (state) => {
      const world = await engine.world()
      await world.sweep({ ...config, run_cap: 3 })
      const [{ run } = { run: '' }] = world.sent
      await world.call('POST', `${runPathOf(run)}/claim`, { attempt: 1 })
      world.refuseMessages(true)
      await finish(world, run, { state, summary: { loss: 1 }, attempt: 1 })
      world.refuseMessages(false)
      expect(world.sent).toHaveLength(2)
      expect(await world.reconcile()).toMatchObject({ sent: 1, errors: [] })
      const [, , next] = world.sent
      expect([next?.number, next?.attempt]).toEqual(state === 'finished' ? [3, 1] : [1, 2])
    },
  )

  it('refuses an unknown agent function, and names the known ones', async () => {
    const world = await engine.world()
    const { status, body } = await world.call('POST', '/v1/acme/digits/sweeps', {
      ...config,
      dispatch: { agent: 'missing' },
    })
    expect(status).toBe(400)
    expect(body.detail).toContain('digits')
  })
})

describe('reconcile', () => {
  it('creates the trial of a number whose request died, with the parameters that it would have had', async () => {
    const world = await engine.world()
    const sweep = await world.sweep(grid)
    const id = sweep.split('/').at(-1) ?? ''
    await world.deps.store.takeNumbers(
      { entity: 'acme', project: 'digits', sweep: id },
      2,
      world.deps.clock.now(),
    )
    world.advance(60)
    expect(await world.reconcile()).toMatchObject({ filled: 2, errors: [] })
    const { trials } = (await next(world, sweep, { count: 4 })).body
    expect(trials.map((trial: { number: number; params: unknown }) => [trial.number, trial.params])).toEqual([
      [1, { a: 1, b: 'x' }],
      [2, { a: 1, b: 'y' }],
      [3, { a: 2, b: 'x' }],
      [4, { a: 2, b: 'y' }],
    ])
  })

  it('completes a finish that died: the trial, the counters, the end of the sweep', async () => {
    const world = await engine.world()
    const sweep = await world.sweep({ ...grid, run_cap: 1 })
    const { run } = (await next(world, sweep)).body.trials[0]
    const live = await world.deps.store.getLive({ entity: 'acme', project: 'digits', run })
    if (!live) throw new Error('the run is missing')
    await world.deps.store.replaceLive({
      ...live,
      state: 'finished',
      summary: '{"loss": 3}',
      endedBy: 1,
      rev: live.rev + 1,
    })
    expect(await world.reconcile()).toMatchObject({ settled: 1 })
    expect((await world.call('GET', sweep)).body).toMatchObject({ state: 'finished', best: { value: 3 } })
  })

  it('repairs wrong counters', async () => {
    const world = await engine.world()
    const sweep = await world.sweep(grid)
    const key = { entity: 'acme', project: 'digits', sweep: sweep.split('/').at(-1) ?? '' }
    const { run } = (await next(world, sweep)).body.trials[0]
    await finish(world, run, {})
    await world.deps.store.countEnded(key, 'failed', undefined, world.deps.clock.now())
    world.advance(60)
    await world.reconcile()
    expect((await world.call('GET', sweep)).body.trials).toMatchObject({ finished: 1, failed: 0 })
  })

  it('changes nothing when there is nothing to repair', async () => {
    const world = await engine.world()
    const sweep = await world.sweep(grid)
    await next(world, sweep)
    const before = (await world.call('GET', sweep)).body
    expect(await world.reconcile()).toMatchObject({ expired: 0, filled: 0, settled: 0, sent: 0, errors: [] })
    expect((await world.call('GET', sweep)).body).toEqual(before)
  })
})
