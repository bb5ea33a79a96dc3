import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { refusesOtherKeys } from '../keys.suite.ts'
import { PROJECT, SWEEP, type TestApp, testApp } from '../test-app.ts'

let app: TestApp
beforeAll(async () => {
  app = await testApp()
})
afterAll(() => app.stop())

const create = async (text = SWEEP) =>
  (await app.call('POST', `${PROJECT}/sweeps`, { text, headers: { 'Content-Type': 'application/yaml' } }))
    .body.id

describe('works', () => {
  it('creates a sweep from YAML and returns its path', async () => {
    const made = await app.call('POST', `${PROJECT}/sweeps`, { text: SWEEP })
    expect(made.status).toBe(201)
    expect(made.body).toEqual({
      id: made.body.id,
      path: `acme/digits/${made.body.id}`,
      url: `http://chimney.test/acme/digits/sweeps/${made.body.id}`,
      warnings: expect.any(Array),
    })
    expect(made.headers.get('location')).toBe(`${PROJECT}/sweeps/${made.body.id}`)
  })

  it('creates a sweep from JSON', async () => {
    const made = await app.call('POST', `${PROJECT}/sweeps`, {
      body: { method: 'grid', parameters: { a: { values: [1, 2] } } },
    })
    expect(made.status).toBe(201)
  })

  it('returns a sweep with its defaults and counts', async () => {
    const id = await create()
    const read = await app.call('GET', `${PROJECT}/sweeps/${id}`)
    expect(read.status).toBe(200)
    expect(read.body).toMatchObject({
      id,
      state: 'running',
      method: 'random',
      metric: { name: 'loss', goal: 'minimize' },
      seed: 7,
      limit: 3,
      trials: { handed_out: 0, open: 0, finished: 0 },
      best: null,
      created_at: '2030-01-01T00:00:00.000Z',
    })
  })

  it('keeps 1.0 a float in the config', async () => {
    const id = await create('method: grid\nparameters:\n  a: {values: [1.0, 2]}\n')
    expect((await app.call('GET', `${PROJECT}/sweeps/${id}`)).text).toContain('[1.0,2]')
  })

  it('creates one sweep for a request repeated with its idempotency key', async () => {
    const send = () =>
      app.call('POST', `${PROJECT}/sweeps`, { text: SWEEP, headers: { 'Idempotency-Key': 'once' } })
    const first = await send()
    expect(await send()).toMatchObject({ status: 201, body: first.body })
  })

  it('pauses and resumes', async () => {
    const path = `${PROJECT}/sweeps/${await create()}`
    expect((await app.call('PATCH', path, { body: { state: 'paused' } })).body.state).toBe('paused')
    const none = await app.call('POST', `${path}/trials`, { body: {} })
    expect(none.status).toBe(204)
    expect(Number(none.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await app.call('PATCH', path, { body: { state: 'running' } })).body.state).toBe('running')
  })

  it('archives, which leaves state and name alone', async () => {
    const path = `${PROJECT}/sweeps/${await create()}`
    const before = (await app.call('GET', path)).body
    expect(before.archived).toBe(false)
    await app.call('PATCH', path, { body: { archived: true } })
    await app.call('PATCH', path, { body: { name: 'old' } })
    expect((await app.call('GET', path)).body).toEqual({ ...before, archived: true, name: 'old' })
    expect((await app.call('PATCH', path, { body: { archived: false } })).body.archived).toBe(false)
  })

  it('deletes', async () => {
    const path = `${PROJECT}/sweeps/${await create()}`
    expect((await app.call('DELETE', path)).status).toBe(204)
    expect((await app.call('GET', path)).status).toBe(404)
  })

  it('lists each sweep of a project once over several pages', async () => {
    const made = [await create(), await create(), await create()]
    const seen: string[] = []
    let cursor = ''
    do {
      const page = await app.call('GET', `${PROJECT}/sweeps?limit=2${cursor}`)
      expect(page.body.items.length).toBeLessThanOrEqual(2)
      seen.push(...page.body.items.map((sweep: { id: string }) => sweep.id))
      cursor = page.body.next_cursor ? `&cursor=${encodeURIComponent(page.body.next_cursor)}` : ''
    } while (cursor !== '')
    expect(new Set(seen).size).toBe(seen.length)
    expect(seen).toEqual(expect.arrayContaining(made))
  })
})

describe('refuses', () => {
  it.each([
    {
      title: 'a config with mistakes, one error for each',
      text: 'method: lucky\n',
      code: 'invalid-sweep-config',
    },
    { title: 'text that is no YAML', text: 'a: [1', code: 'malformed-yaml' },
  ])('$title', async ({ text, code }) => {
    const response = await app.call('POST', `${PROJECT}/sweeps`, { text })
    expect(response).toMatchObject({ status: 400, body: { status: 400, code } })
    expect(response.headers.get('content-type')).toBe('application/problem+json')
  })

  it('an idempotency key that another request used', async () => {
    const headers = { 'Idempotency-Key': 'twice' }
    await app.call('POST', `${PROJECT}/sweeps`, { text: SWEEP, headers })
    expect(await app.call('POST', `${PROJECT}/sweeps`, { text: `${SWEEP}# other\n`, headers })).toMatchObject(
      {
        status: 422,
        body: { code: 'idempotency-key-reused' },
      },
    )
  })

  it('a multipart form', async () => {
    const headers = { 'Content-Type': 'multipart/form-data; boundary=x' }
    expect((await app.call('POST', `${PROJECT}/sweeps`, { text: '--x--', headers })).status).toBe(415)
  })

  it('an empty change, or unknown keys', async () => {
    const path = `${PROJECT}/sweeps/${await create()}`
    expect((await app.call('PATCH', path, { body: {} })).status).toBe(400)
    expect(await app.call('PATCH', path, { body: { cap: 3 } })).toMatchObject({
      status: 400,
      body: { code: 'invalid-body', errors: [{ path: 'cap', fix: expect.any(String) }] },
    })
  })

  it('to change the state of a cancelled sweep', async () => {
    const path = `${PROJECT}/sweeps/${await create()}`
    await app.call('PATCH', path, { body: { state: 'cancelled' } })
    expect((await app.call('PATCH', path, { body: { state: 'running' } })).status).toBe(409)
  })

  it.each(['', '/trials', '/best', '/importance', '/events'])(
    'a sweep that is not there: GET …%s',
    async (tail) => {
      expect(await app.call('GET', `${PROJECT}/sweeps/nosuch00${tail}`)).toMatchObject({
        status: 404,
        body: { code: 'sweep-not-found' },
      })
    },
  )

  it('a project that does not exist', async () => {
    expect((await app.call('GET', '/v1/acme/nothing/sweeps')).body.code).toBe('project-not-found')
  })

  it.each(['?limit=0', '?limit=ten', '?limit=1001', '?cursor=%00', '?cursor=bm90IG91cnM'])(
    'a page it cannot give: %s',
    async (query) => {
      expect((await app.call('GET', `${PROJECT}/sweeps${query}`)).status).toBe(400)
    },
  )
})

describe('access', () => {
  refusesOtherKeys(() => app, 'POST', `${PROJECT}/sweeps`, {
    method: 'grid',
    parameters: { a: { value: 1 } },
  })
  refusesOtherKeys(() => app, 'GET', `${PROJECT}/sweeps`)
  refusesOtherKeys(() => app, 'GET', `${PROJECT}/sweeps/abcd1234`)
  refusesOtherKeys(() => app, 'PATCH', `${PROJECT}/sweeps/abcd1234`, { state: 'paused' })
  refusesOtherKeys(() => app, 'DELETE', `${PROJECT}/sweeps/abcd1234`)
})
