import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addTrials } from '../../sweeps/lifecycle/add-trials.ts'
import { refusesOtherKeys } from '../keys.suite.ts'
import { PROJECT, type TestApp, testApp } from '../test-app.ts'

let app: TestApp
beforeAll(async () => {
  app = await testApp()
})
afterAll(() => app.stop())

const SPACE =
  'metric: {name: loss, goal: minimize}\nparameters:\n  lr: {min: 0.0, max: 1.0}\n  units: {values: [8, 16]}\n'
const create = async (text = `method: random\n${SPACE}`) =>
  `${PROJECT}/sweeps/${(await app.call('POST', `${PROJECT}/sweeps`, { text })).body.id}`
const add = (sweep: string, trials: readonly object[], headers = {}) =>
  app.call('POST', `${sweep}/add`, { body: { trials }, headers })
const trialsOf = async (sweep: string) => (await app.call('GET', `${sweep}/trials`)).body.items
const params = { lr: 0.25, units: 8 }

describe('works', () => {
  it('adds trials with values, history, times and what describes them', async () => {
    const sweep = await create()
    const added = await add(sweep, [
      {
        params,
        points: [
          { step: 1, values: { loss: 0.9 } },
          { step: 2, values: { loss: 0.4 } },
        ],
        source: 'trial 0 of the study digits',
        name: 'first',
        notes: 'by hand',
        tags: ['old'],
        config: { host: 'laptop' },
        started_at: '2024-05-01T10:00:00Z',
        ended_at: '2024-05-01T10:01:00Z',
      },
      { params: { lr: 0.5, units: 16 }, summary: { loss: 0.1 } },
      { params: { lr: 0.75, units: 16 }, state: 'failed', reason: 'out of memory' },
      { params: { lr: 1, units: 8 }, state: 'stopped', points: [{ step: 1, values: { loss: 3 } }] },
    ])
    expect(added).toMatchObject({ status: 201 })
    expect(added.body.trials.map(({ number }: { number: number }) => number)).toEqual([1, 2, 3, 4])
    expect(await trialsOf(sweep)).toMatchObject([
      {
        number: 1,
        params,
        state: 'finished',
        value: 0.4,
        suggested_by: { arm: 'added', why: 'trial 0 of the study digits' },
        started_at: '2024-05-01T10:00:00.000Z',
        ended_at: '2024-05-01T10:01:00.000Z',
      },
      { number: 2, state: 'finished', value: 0.1 },
      { number: 3, state: 'failed', reason: 'out of memory' },
      { number: 4, state: 'stopped', value: 3 },
    ])
    const [{ run }] = added.body.trials
    expect((await app.call('GET', `${PROJECT}/runs/${run}`)).body).toMatchObject({
      name: 'first',
      notes: 'by hand',
      tags: ['old'],
      config: { lr: 0.25, units: 8, host: 'laptop' },
      summary: { loss: 0.4 },
      started_at: '2024-05-01T10:00:00.000Z',
      ended_at: '2024-05-01T10:01:00.000Z',
    })
    expect((await app.call('GET', `${PROJECT}/runs/${run}/metrics`)).body.items).toMatchObject([
      { _step: 1, loss: 0.9 },
      { _step: 2, loss: 0.4 },
    ])
    expect((await app.call('GET', sweep)).body).toMatchObject({
      state: 'running',
      trials: { handed_out: 4, open: 0, finished: 2, failed: 1, stopped: 1 },
      best: { number: 2, value: 0.1 },
    })
    expect((await app.call('POST', `${sweep}/trials`, { body: {} })).body.trials).toMatchObject([
      { number: 5 },
    ])
  })

  it('ends a sweep whose run_cap they reach', async () => {
    const sweep = await create(`method: random\nrun_cap: 2\n${SPACE}`)
    await add(sweep, [{ params }, { params, summary: { loss: 1 } }])
    expect((await app.call('GET', sweep)).body).toMatchObject({ state: 'finished' })
  })

  it('lets the search learn from them', async () => {
    const near: number[] = []
    for (const method of ['random', 'bayes']) {
      const sweep = await create(
        `method: ${method}\nseed: 3\nmetric: {name: loss, goal: minimize}\nparameters:\n  lr: {min: 0.0, max: 1.0}\n`,
      )
      await add(
        sweep,
        Array.from({ length: 40 }, (_, i) => ({
          params: { lr: i / 40 },
          summary: { loss: (i / 40 - 0.3) ** 2 },
        })),
      )
      const { trials } = (await app.call('POST', `${sweep}/trials`, { body: { count: 5 } })).body
      const lrs = trials.map((trial: { params: { lr: number } }) => trial.params.lr)
      near.push(lrs.filter((lr: number) => Math.abs(lr - 0.3) < 0.1).length)
    }
    expect(near[1]).toBeGreaterThan(near[0]!)
  })

  it('completes an interrupted request when it is repeated with its key, each trial once', async () => {
    const sweep = await create()
    const key = { entity: 'acme', project: 'digits', sweep: sweep.slice(sweep.lastIndexOf('/') + 1) }
    let closings = 0
    const store = Object.assign(Object.create(app.deps.store), {
      closeTrial: (...given: Parameters<typeof app.deps.store.closeTrial>) => {
        if (++closings === 2) throw new Error('the process ends here')
        return app.deps.store.closeTrial(...given)
      },
    })
    const trials = [1, 2, 3].map((i) => ({
      params: { lr: i / 4, units: 8 },
      state: 'finished' as const,
      summary: { loss: i },
      rows: [],
    }))
    const request = { trials, idempotencyKey: 'twice' }
    await expect(addTrials({ ...app.deps, store }, key, request)).rejects.toThrow('the process ends here')
    for (let times = 0; times < 2; times++) await addTrials(app.deps, key, request)
    expect((await app.call('GET', sweep)).body.trials).toMatchObject({ handed_out: 3, finished: 3, open: 0 })
    expect((await trialsOf(sweep)).map(({ value }: { value: number }) => value)).toEqual([1, 2, 3])
  })
})

describe('refuses', () => {
  it.each([
    ['a value outside of its range', { params: { lr: 2, units: 8 } }, 'invalid-params', 'trials.1.params.lr'],
    ['a missing parameter', { params: { lr: 0.5 } }, 'invalid-params', 'trials.1.params.units'],
    [
      'an unknown parameter',
      { params: { ...params, momentum: 1 } },
      'invalid-params',
      'trials.1.params.momentum',
    ],
    [
      'an end before the start',
      { params, started_at: '2024-05-01T10:00:00Z', ended_at: '2024-05-01T09:00:00Z' },
      'ends-before-start',
      undefined,
    ],
  ])('%s, and adds none', async (_title, trial, code, path) => {
    const sweep = await create()
    const refused = await add(sweep, [{ params }, trial])
    expect(refused).toMatchObject({ status: 400, body: { code } })
    if (path !== undefined) expect(refused.body.errors).toMatchObject([{ path }])
    expect((await app.call('GET', sweep)).body.trials.handed_out).toBe(0)
  })

  it.each([
    [
      'a grid',
      'method: grid\nparameters:\n  lr: {values: [0.25]}\n  units: {values: [8]}\n',
      'grid-takes-no-trials',
    ],
    ['more trials than are left', `method: random\nrun_cap: 1\n${SPACE}`, 'run-cap-reached'],
  ])('%s', async (_title, config, code) => {
    const sweep = await create(config)
    expect(await add(sweep, [{ params }, { params }])).toMatchObject({ status: 409, body: { code } })
    expect((await app.call('GET', sweep)).body.trials.handed_out).toBe(0)
  })

  it('a paused sweep', async () => {
    const sweep = await create()
    await app.call('PATCH', sweep, { body: { state: 'paused' } })
    expect(await add(sweep, [{ params }])).toMatchObject({ status: 409, body: { code: 'sweep-not-running' } })
  })

  refusesOtherKeys(() => app, 'POST', `${PROJECT}/sweeps/abcdefgh/add`, { trials: [{ params: {} }] })
})
