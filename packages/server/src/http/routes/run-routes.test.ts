import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { refusesOtherKeys } from '../keys.suite.ts'
import { PROJECT, type TestApp, testApp } from '../test-app.ts'

let app: TestApp
beforeAll(async () => {
  app = await testApp()
})
afterAll(() => app.stop())

const RUNS = `${PROJECT}/runs`
const create = async (body: unknown = {}) => `${RUNS}/${(await app.call('POST', RUNS, { body })).body.id}`

describe('works', () => {
  it('starts a run and reads it back', async () => {
    const made = await app.call('POST', RUNS, {
      body: {
        id: 'baseline',
        name: 'first',
        config: { lr: 0.1 },
        tags: ['a'],
        notes: 'n',
        group: 'g',
        job_type: 'train',
      },
    })
    expect(made.status).toBe(201)
    expect(made.body).toEqual({
      id: 'baseline',
      path: 'acme/digits/baseline',
      url: 'http://chimney.test/acme/digits/runs/baseline',
      name: 'first',
      state: 'running',
      sweep: null,
      number: null,
      config: { lr: 0.1 },
      summary: {},
      tags: ['a'],
      notes: 'n',
      group: 'g',
      job_type: 'train',
      attempt: 1,
      attempt_started_at: '2030-01-01T00:00:00.000Z',
      agent: null,
      stop: null,
      reason: null,
      exit_code: null,
      lease_until: '2030-01-01T00:05:00.000Z',
      alerts: [],
      past_attempts: [],
      created_at: '2030-01-01T00:00:00.000Z',
      started_at: '2030-01-01T00:00:00.000Z',
      heartbeat_at: '2030-01-01T00:00:00.000Z',
      ended_at: null,
    })
    expect((await app.call('GET', `${RUNS}/baseline`)).body).toEqual(made.body)
  })

  it('starts a run without a body', async () => {
    expect((await app.call('POST', RUNS)).status).toBe(201)
  })

  it('creates one run for a request repeated with its idempotency key', async () => {
    const send = () => app.call('POST', RUNS, { body: { name: 'x' }, headers: { 'Idempotency-Key': 'k1' } })
    const first = await send()
    expect(await send()).toMatchObject({ status: 201, body: { id: first.body.id } })
  })

  it('keeps 1.0 a float', async () => {
    const response = await app.call('POST', RUNS, { text: '{"config": {"a": 1.0, "b": 1, "c": NaN}}' })
    expect(response.text).toContain('"config":{"a":1.0,"b":1,"c":"NaN"}')
  })

  it('accepts run ids with letters of any script', async () => {
    await app.call('POST', RUNS, { body: { id: 'lauf ü 数%20' } })
    const path = `${RUNS}/${encodeURIComponent('lauf ü 数%20')}`
    expect((await app.call('GET', path)).body).toMatchObject({ id: 'lauf ü 数%20' })
  })

  it('changes the fields that users may change', async () => {
    const run = await create({ notes: 'old', config: { a: 1 } })
    const response = await app.call('PATCH', run, {
      body: { name: 'new', notes: null, tags: ['t'], config: { b: 2 }, summary: { acc: 0.5 } },
    })
    expect(response.body).toMatchObject({
      name: 'new',
      notes: null,
      tags: ['t'],
      config: { a: 1, b: 2 },
      summary: { acc: 0.5 },
    })
  })

  it('requests a stop in the response to the heartbeat', async () => {
    const run = await create()
    expect((await app.call('POST', `${run}/heartbeat`)).body).toMatchObject({ stop: false })
    await app.call('PATCH', run, { body: { stop: true } })
    expect((await app.call('POST', `${run}/heartbeat`, { body: { attempt: 1 } })).body).toMatchObject({
      stop: true,
      reason: expect.any(String),
    })
  })

  it('ends a run once, and returns kept: false for a later end', async () => {
    const run = await create()
    const body = { state: 'finished', exit_code: 0, summary: { acc: 0.9 } }
    expect((await app.call('POST', `${run}/finish`, { body })).body).toEqual({
      state: 'finished',
      kept: true,
    })
    expect((await app.call('POST', `${run}/finish`, { body: { state: 'failed' } })).body.state).toBe(
      'finished',
    )
    expect((await app.call('GET', run)).body).toMatchObject({
      state: 'finished',
      exit_code: 0,
      summary: { acc: 0.9 },
    })
  })

  it('keeps the times of a run that ran elsewhere, and refuses an end before the start', async () => {
    const { body } = await app.call('POST', `${PROJECT}/runs`, {
      body: { started_at: '2024-05-01T10:00:00Z' },
    })
    const finish = (ended_at: string) =>
      app.call('POST', `${PROJECT}/runs/${body.id}/finish`, { body: { state: 'finished', ended_at } })
    expect(await finish('2024-05-01T09:00:00Z')).toMatchObject({
      status: 400,
      body: { code: 'ends-before-start' },
    })
    expect(await finish('2024-05-01T11:00:00Z')).toMatchObject({ status: 200, body: { state: 'finished' } })
    expect((await app.call('GET', `${PROJECT}/runs/${body.id}`)).body).toMatchObject({
      created_at: '2024-05-01T10:00:00.000Z',
      started_at: '2024-05-01T10:00:00.000Z',
      ended_at: '2024-05-01T11:00:00.000Z',
    })
  })

  it('deletes', async () => {
    const run = await create()
    expect((await app.call('DELETE', run)).status).toBe(204)
    expect((await app.call('GET', run)).status).toBe(404)
  })

  it('lists runs, newest first', async () => {
    app.clock.advance(1_000)
    await app.call('POST', RUNS, { body: { id: 'older' } })
    app.clock.advance(1_000)
    await app.call('POST', RUNS, { body: { id: 'newer' } })
    const page = await app.call('GET', `${RUNS}?limit=2`)
    expect(page.body.items.map((run: { id: string }) => run.id)).toEqual(['newer', 'older'])
    expect(page.body.next_cursor).toEqual(expect.any(String))
  })
})

describe('refuses', () => {
  it.each([
    { title: 'an unknown key', body: { cfg: {} } },
    { title: 'an id with a slash', body: { id: 'a/b' } },
    { title: 'an id that no path can reach', body: { id: '..' } },
    { title: 'a config that is no object', body: { config: [1] } },
    { title: 'a body that is no object', body: [] },
  ])('$title', async ({ body }) => {
    expect(await app.call('POST', RUNS, { body })).toMatchObject({
      status: 400,
      body: { code: 'invalid-body' },
    })
  })

  it('malformed JSON, with its position', async () => {
    const response = await app.call('POST', RUNS, { text: '{"name": }' })
    expect(response).toMatchObject({ status: 400, body: { code: 'malformed-json' } })
    expect(response.body.detail).toContain('column')
  })

  it('an id that exists', async () => {
    await create({ id: 'taken' })
    expect(await app.call('POST', RUNS, { body: { id: 'taken' } })).toMatchObject({ status: 409 })
  })

  it('an id with a lone surrogate, without an error 500', async () => {
    const response = await app.call('POST', RUNS, { text: '{"id": "a\\ud800", "name": "b\\udc00"}' })
    expect([201, 400]).toContain(response.status)
  })

  it.each([
    ['GET', ''],
    ['PATCH', ''],
    ['DELETE', ''],
    ['POST', '/heartbeat'],
    ['POST', '/finish'],
    ['POST', '/claim'],
    ['GET', '/metrics'],
    ['POST', '/metrics'],
  ])('a run that is not there: %s …%s', async (method, tail) => {
    const bodies: Record<string, unknown> = {
      '': { name: 'x' },
      '/finish': { state: 'finished' },
      '/claim': { attempt: 1 },
      '/metrics': { points: [{ step: 1, values: {} }] },
    }
    const body = method === 'GET' || method === 'DELETE' ? {} : { body: bodies[tail] ?? {} }
    expect(await app.call(method, `${RUNS}/nosuch${tail}`, body)).toMatchObject({
      status: 404,
      body: { code: 'run-not-found' },
    })
  })

  it('to claim a run that is not a trial', async () => {
    expect(await app.call('POST', `${await create()}/claim`, { body: { attempt: 1 } })).toMatchObject({
      status: 409,
    })
  })
})

describe('access', () => {
  refusesOtherKeys(() => app, 'POST', RUNS, {})
  refusesOtherKeys(() => app, 'GET', RUNS)
  refusesOtherKeys(() => app, 'GET', `${RUNS}/r`)
  refusesOtherKeys(() => app, 'PATCH', `${RUNS}/r`, { name: 'x' })
  refusesOtherKeys(() => app, 'DELETE', `${RUNS}/r`)
  refusesOtherKeys(() => app, 'POST', `${RUNS}/r/claim`, { attempt: 1 })
  refusesOtherKeys(() => app, 'POST', `${RUNS}/r/heartbeat`, {})
  refusesOtherKeys(() => app, 'POST', `${RUNS}/r/finish`, { state: 'finished' })
})
