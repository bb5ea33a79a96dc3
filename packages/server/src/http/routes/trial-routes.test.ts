import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { reconcile } from '../../sweeps/reconciler/reconcile.ts'
import { refusesOtherKeys } from '../keys.suite.ts'
import { PROJECT, SWEEP, type TestApp, testApp } from '../test-app.ts'

let app: TestApp
beforeAll(async () => {
  app = await testApp()
})
afterAll(() => app.stop())

const create = async (text = SWEEP) =>
  `${PROJECT}/sweeps/${(await app.call('POST', `${PROJECT}/sweeps`, { text })).body.id}`
const next = (sweep: string, body: unknown = {}) => app.call('POST', `${sweep}/trials`, { body })
const finish = (run: string, body: unknown) => app.call('POST', `${PROJECT}/runs/${run}/finish`, { body })
const GRID =
  'method: grid\nmetric: {name: loss, goal: minimize}\nparameters:\n  a: {values: [1.0, 2.0, 3.0]}\n'

/** Runs all that is left of a sweep; the loss of a trial is its number. */
async function runAll(sweep: string): Promise<void> {
  for (let response = await next(sweep); response.status === 201; response = await next(sweep)) {
    const [trial] = response.body.trials
    await finish(trial.run, { state: 'finished', summary: { loss: trial.number }, attempt: trial.attempt })
  }
}

describe('works', () => {
  it('hands out trials with their parameters and a lease', async () => {
    const response = await next(await create(GRID), { count: 2, agent: 'laptop' })
    expect(response.status).toBe(201)
    expect(response.body.trials).toMatchObject([
      { number: 1, params: { a: 1 }, attempt: 1, run: expect.any(String), lease_until: expect.any(String) },
      { number: 2, params: { a: 2 }, attempt: 1 },
    ])
    expect(response.body.trials[0].run_path).toBe(`acme/digits/${response.body.trials[0].run}`)
    expect(response.text).toContain('"params":{"a":1.0}')
  })

  it('returns the same trial for a request repeated with its idempotency key', async () => {
    const sweep = await create()
    const send = () => app.call('POST', `${sweep}/trials`, { body: {}, headers: { 'Idempotency-Key': 'k' } })
    const first = await send()
    expect((await send()).body.trials[0]).toMatchObject({ number: first.body.trials[0].number })
  })

  it('responds with sweep-finished when the sweep is over', async () => {
    const sweep = await create(GRID)
    await runAll(sweep)
    expect(await next(sweep)).toMatchObject({ status: 409, body: { code: 'sweep-finished' } })
    expect((await app.call('GET', sweep)).body).toMatchObject({
      state: 'finished',
      trials: { finished: 3, open: 0 },
    })
  })

  describe('when all trials are handed out', () => {
    const LEASE_MS = 300_000
    const allTaken = async () => {
      const sweep = await create(GRID)
      const agents = ['a', 'b', 'c']
      const taken = []
      for (const agent of agents) taken.push((await next(sweep, { agent })).body.trials[0])
      return { sweep, runs: taken.map(({ run }) => run as string) }
    }
    const beat = (run: string, attempt = 1) =>
      app.call('POST', `${PROJECT}/runs/${run}/heartbeat`, { body: { attempt } })

    it('hands out a trial as soon as its lease has ended, to an agent that asks every second', async () => {
      const { sweep, runs } = await allTaken()
      expect((await next(sweep, { agent: 'd' })).status).toBe(204)
      app.clock.advance(200_000)
      await beat(runs[1]!)
      await beat(runs[2]!)
      app.clock.advance(LEASE_MS - 200_000 - 1_000)
      expect((await next(sweep, { agent: 'd' })).status).toBe(204)
      app.clock.advance(1_000)
      const [trial] = (await next(sweep, { agent: 'd' })).body.trials
      expect(trial).toMatchObject({ number: 1, attempt: 2 })
      expect((await next(sweep, { agent: 'e' })).status).toBe(204)
      // The result of the lost attempt counts if it arrives first; its heartbeat says stop.
      expect((await beat(runs[0]!)).body.stop).toBe(true)
    })

    it('reads the leases once and not for each request of an idle agent', async () => {
      const { sweep } = await allTaken()
      await next(sweep, {})
      const { getLives } = app.deps.store
      let reads = 0
      app.deps.store.getLives = (keys) => {
        reads++
        return getLives(keys)
      }
      for (let second = 0; second < 299; second++) {
        app.clock.advance(1_000)
        expect((await next(sweep, {})).status).toBe(204)
      }
      expect(reads).toBe(0)
      app.deps.store.getLives = getLives
    })

    it('gives an agent that starts again the trial that it held, as the next attempt', async () => {
      const { sweep, runs } = await allTaken()
      const again = await next(sweep, { agent: 'b' })
      expect(again.body.trials).toMatchObject([{ number: 2, run: runs[1], attempt: 2 }])
      expect((await beat(runs[1]!, 1)).body).toMatchObject({ stop: true })
      expect((await beat(runs[1]!, 2)).body).toMatchObject({ stop: false })
    })

    it('leaves a trial whose attempt reports to the process that runs it, though another has its name', async () => {
      const { sweep, runs } = await allTaken()
      app.clock.advance(100_000)
      await beat(runs[1]!)
      expect((await next(sweep, { agent: 'b' })).status).toBe(204)
      app.clock.advance(LEASE_MS / 2 + 1_000)
      expect((await next(sweep, { agent: 'b' })).body.trials).toMatchObject([{ number: 2, attempt: 2 }])
    })

    it('gives an agent no trial back while there are others', async () => {
      const sweep = await create(GRID)
      await next(sweep, { agent: 'a' })
      expect((await next(sweep, { agent: 'a' })).body.trials).toMatchObject([{ number: 2, attempt: 1 }])
    })

    it('ends a lease that was taken before the clock was set back no later than a lease from now', async () => {
      app.clock.advance(7_200_000)
      const { sweep, runs } = await allTaken()
      app.clock.advance(-7_200_000)
      expect((await beat(runs[0]!)).body.lease_until).toBe(new Date(app.clock.now() + LEASE_MS).toISOString())
      expect((await reconcile(app.deps)).errors).toEqual([])
      app.clock.advance(LEASE_MS - 1_000)
      await beat(runs[0]!)
      expect((await next(sweep, { agent: 'd' })).status).toBe(204)
      app.clock.advance(2_000)
      const { trials } = (await next(sweep, { agent: 'd', count: 3 })).body
      expect(trials).toMatchObject([
        { number: 2, attempt: 2 },
        { number: 3, attempt: 2 },
      ])
    })
  })

  it('lists trials by number, in pages, and by state', async () => {
    const sweep = await create(GRID)
    const [first] = (await next(sweep, { count: 3 })).body.trials
    await finish(first.run, { state: 'finished', summary: { loss: 0.5 } })
    const page = await app.call('GET', `${sweep}/trials?limit=2`)
    expect(page.body).toMatchObject({
      items: [
        { number: 1, state: 'finished', value: 0.5, params: { a: 1 } },
        { number: 2, state: 'running' },
      ],
      next_cursor: '2',
    })
    const rest = await app.call('GET', `${sweep}/trials?limit=2&cursor=2`)
    expect(rest.body).toEqual({ items: [expect.objectContaining({ number: 3 })] })
    const running = await app.call('GET', `${sweep}/trials?state=running,queued`)
    expect(running.body.items.map((trial: { number: number }) => trial.number)).toEqual([2, 3])
  })

  it('returns the best trial by the goal of the metric', async () => {
    const sweep = await create(GRID.replace('minimize', 'maximize'))
    await runAll(sweep)
    expect((await app.call('GET', `${sweep}/best`)).body).toMatchObject({
      number: 3,
      value: 3,
      params: { a: 3 },
    })
  })

  it('returns the last values of running trials only', async () => {
    const sweep = await create()
    const [first, silent, ended] = (await next(sweep, { count: 3 })).body.trials
    const log = (run: string, step: number, loss: unknown) =>
      app.call('POST', `${PROJECT}/runs/${run}/metrics`, { body: { points: [{ step, values: { loss } }] } })
    await log(first.run, 1, 0.9)
    await log(first.run, 2, 0.7)
    await log(silent.run, 1, 'NaN')
    await log(ended.run, 1, 0.1)
    await finish(ended.run, { state: 'finished' })
    const other = (await next(await create())).body.trials[0]
    await log(other.run, 1, 0.3)
    const runs = [first, silent, ended, other].map(({ run }) => run)
    const response = await app.call('GET', `${sweep}/latest?runs=${runs},${first.run},nothing`)
    expect(response.body).toEqual({ items: [{ run: first.run, number: 1, attempt: 1, value: 0.7 }] })
    const many = Array.from({ length: 51 }, (_, i) => `run${i}`)
    expect((await app.call('GET', `${sweep}/latest?runs=${many}`)).body.code).toBe('invalid-query')
  })

  it('returns the importance of parameters', async () => {
    const sweep = await create()
    await runAll(sweep)
    const response = await app.call('GET', `${sweep}/importance`)
    expect(response.body).toMatchObject({ metric: 'loss', trials: 3, parameters: expect.any(Array) })
  })

  it('returns curves of all trials that have started, and how many trials reached each rung', async () => {
    const made = await app.call('POST', `${PROJECT}/sweeps`, {
      text: SWEEP.replace('run_cap: 3', 'run_cap: 60').concat(
        'early_terminate: {type: hyperband, min_iter: 2, eta: 2}\n',
      ),
    })
    const sweep = `${PROJECT}/sweeps/${made.body.id}`
    for (let number = 1; number <= 52; number++) {
      const { run } = (await next(sweep)).body.trials[0]
      // One of ten ends before the first rung.
      const points = Array.from({ length: number % 10 === 0 ? 1 : 6 }, (_, step) => ({
        step,
        values: { loss: step === 1 ? 'NaN' : -number, other: 1 },
      }))
      await app.call('POST', `${PROJECT}/runs/${run}/metrics`, { body: { points } })
      if (number !== 51) await finish(run, { state: 'finished' })
    }
    const curves = () => app.call('GET', `${sweep}/curves?metric=loss`)
    const { items } = (await curves()).body
    expect(items).toHaveLength(50)
    expect(items[6]).toEqual({
      number: 7,
      steps: [0, 2, 3, 4, 5],
      seconds: [0, 0, 0, 0, 0],
      values: [-7, -7, -7, -7, -7],
    })
    expect((await curves()).body.items).toEqual(items)
    const last = await app.call('GET', `${sweep}/curves?metric=loss&block=1`)
    expect(last.body.items.map(({ number }: { number: number }) => number).sort()).toEqual([51, 52])
    // Band 2 of W&B is the third value.
    const rungs = await app.call('GET', `${sweep}/rungs`)
    expect(rungs.body.items[0]).toMatchObject({ rung: 3, reached: 47 })
  })

  it('returns the Pareto front without infeasible trials', async () => {
    const text = SWEEP.replace(
      'metric: {name: loss, goal: minimize}',
      'metrics: [{name: loss}, {name: acc, goal: maximize}]\nconstraints: [{name: size, max: 5}]',
    )
    const made = await app.call('POST', `${PROJECT}/sweeps`, { text })
    const sweep = `${PROJECT}/sweeps/${made.body.id}`
    for (const summary of [
      { loss: 1, acc: 0.5, size: 1 },
      { loss: 0, acc: 0.9, size: 6 },
      { loss: 3, acc: 0.8, size: 5 },
    ])
      await finish((await next(sweep)).body.trials[0].run, { state: 'finished', summary })
    const { status, body } = await app.call('GET', `${sweep}/pareto`)
    expect(status).toBe(200)
    expect(body.trials.map((trial: { number: number }) => trial.number)).toEqual([1, 3])
    expect(body).toMatchObject({
      reference: [3, 0.5],
      hypervolume: 0,
      trials: [{ values: [1, 0.5], feasible: true }, {}],
    })
    expect((await app.call('GET', `${sweep}/best`)).body).toMatchObject({ number: 1 })
    for (const [question, expected] of [
      ['', { metric: 'loss', trials: 3 }],
      ['?metric=acc', { metric: 'acc', trials: 3 }],
      // Trials 1 and 3.
      ['?metric=acc&numbers=BQ', { metric: 'acc', trials: 2 }],
    ] as const)
      expect((await app.call('GET', `${sweep}/importance${question}`)).body).toMatchObject(expected)
    expect((await app.call('GET', `${sweep}/importance?metric=f1`)).body.code).toBe('unknown-metric')
    expect((await app.call('GET', `${await create()}/pareto`)).body.code).toBe('sweep-with-one-metric')
  })

  it('hands out enqueued parameters next', async () => {
    const sweep = await create()
    const response = await app.call('POST', `${sweep}/enqueue`, { body: { params: { lr: 0.05, size: 32 } } })
    expect(response).toMatchObject({ status: 201, body: { number: 1, run: expect.any(String) } })
    expect((await next(sweep)).body.trials[0]).toMatchObject({
      run: response.body.run,
      params: { lr: 0.05, size: 32 },
    })
  })

  it.each([1, 2, 3, 4, 5, 6])('draws the rest of enqueued parameters given them, seed %i', async (seed) => {
    const sweep = await create(`method: random
seed: ${seed}
parameters:
  m: {values: [svm, rf]}
  C: {min: 0.0, max: 1.0, when: {m: svm}}
  depth: {min: 1, max: 9, when: {m: rf}}
  opt: {parameters: {lr: {min: 0.0, max: 1.0}, mom: {min: 0.5, max: 0.9}}}
`)
    const enqueue = (params: object) => app.call('POST', `${sweep}/enqueue`, { body: { params } })
    for (const params of [{ m: 'rf', depth: 3 }, { m: 'svm' }, { depth: 3 }, { opt: { lr: 0.5 } }])
      expect(await enqueue(params)).toMatchObject({ status: 201 })
    const { trials } = (await next(sweep, { count: 4 })).body
    expect(trials[0].params).toEqual({ m: 'rf', depth: 3, opt: expect.anything() })
    expect(trials[1].params).toEqual({ m: 'svm', C: expect.any(Number), opt: expect.anything() })
    expect(trials[2].params).toMatchObject({ m: 'rf', depth: 3 })
    expect(trials[3].params.opt).toEqual({ lr: 0.5, mom: expect.any(Number) })
    expect((await enqueue({ m: 'svm', depth: 3 })).body.errors).toMatchObject([{ path: 'params.depth' }])
  })

  it('completes enqueued parameters of a grid to a cell that has not run', async () => {
    const sweep = await create('method: grid\nparameters:\n  a: {values: [1, 2]}\n  b: {values: [x, y]}\n')
    await next(sweep)
    const enqueue = () =>
      app.call('POST', `${sweep}/enqueue`, {
        body: { params: { a: 1 } },
        headers: { 'Idempotency-Key': 'g' },
      })
    expect((await enqueue()).body.number).toBe(2)
    expect((await enqueue()).body.number).toBe(2)
    const { trials } = (await next(sweep, { count: 4 })).body
    expect(trials.map(({ params }: { params: object }) => params)).toEqual([
      { a: 1, b: 'y' },
      { a: 2, b: 'x' },
      { a: 2, b: 'y' },
    ])
  })

  it('lets an agent function claim the trial of its message once', async () => {
    const made = await app.call('POST', `${PROJECT}/sweeps`, { text: `${SWEEP}dispatch: {agent: digits}\n` })
    const message = app.sent.find((sent) => sent.sweep === made.body.id)!
    const claim = () =>
      app.call('POST', `${PROJECT}/runs/${message.run}/claim`, { body: { attempt: message.attempt } })
    expect(await claim()).toMatchObject({ status: 200, body: { number: 1, run: message.run, attempt: 1 } })
    expect(await claim()).toMatchObject({ status: 409, body: { code: 'lease-taken' } })
    await finish(message.run, { state: 'finished' })
    expect(await claim()).toMatchObject({ status: 409, body: { code: 'run-ended' } })
  })

  it('queues a released trial again', async () => {
    const sweep = await create()
    const [trial] = (await next(sweep)).body.trials
    expect((await finish(trial.run, { state: 'released' })).body).toMatchObject({ state: 'queued' })
    expect((await next(sweep)).body.trials[0]).toMatchObject({
      number: 1,
      run: trial.run,
      params: trial.params,
    })
  })
})

describe('refuses', () => {
  it.each([
    { title: 'no trials', body: { count: 0 } },
    { title: 'too many trials', body: { count: 101 } },
    { title: 'an unknown key', body: { n: 1 } },
  ])('to hand out $title', async ({ body }) => {
    expect((await next(await create(), body)).status).toBe(400)
  })

  it.each([{}, { params: 3 }, { params: { lr: 'fast' } }, { params: { unknown: 1 } }])(
    'to enqueue %j',
    async (body) => {
      expect((await app.call('POST', `${await create()}/enqueue`, { body })).status).toBe(400)
    },
  )

  it.each(['?state=winning', '?cursor=x', '?cursor=10000000', '?limit=-1'])('the list %s', async (query) => {
    expect((await app.call('GET', `${await create()}/trials${query}`)).status).toBe(400)
  })

  it('to return a best trial before a value is reported', async () => {
    expect((await app.call('GET', `${await create()}/best`)).body.code).toBe('no-best-yet')
  })

  it('to rank parameters of a sweep without a metric', async () => {
    const sweep = await create('method: grid\nparameters:\n  a: {values: [1, 2]}\n')
    expect(await app.call('GET', `${sweep}/importance`)).toMatchObject({ status: 409 })
  })
})

describe('access', () => {
  const path = `${PROJECT}/sweeps/abcd1234`
  refusesOtherKeys(() => app, 'POST', `${path}/trials`, {})
  refusesOtherKeys(() => app, 'GET', `${path}/trials`)
  refusesOtherKeys(() => app, 'POST', `${path}/enqueue`, { params: {} })
  refusesOtherKeys(() => app, 'GET', `${path}/best`)
  refusesOtherKeys(() => app, 'GET', `${path}/importance`)
  refusesOtherKeys(() => app, 'GET', `${path}/latest?runs=a`)
  refusesOtherKeys(() => app, 'GET', `${path}/pareto`)
})
