import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { LogLine } from './app-env.ts'
import { ENTITY, KEY, PROJECT, type TestApp, testApp } from './test-app.ts'

let app: TestApp
const lines: LogLine[] = []
beforeAll(async () => {
  app = await testApp({
    log: (line) => lines.push(line),
    mount: (hono, { authenticate }) => {
      hono.get('/pages/who', async (c) => c.text((await authenticate(c.req.header('authorization'))).entity))
      hono.get('/pages/broken', () => {
        throw new Error(`secret ${KEY} in the message`)
      })
    },
  })
})
afterAll(() => app.stop())

describe('works', () => {
  it('reports its health and version without a key', async () => {
    const response = await app.call('GET', '/healthz', { key: null })
    expect(response).toMatchObject({
      status: 200,
      body: { status: 'ok', version: expect.stringMatching(/^\d+\.\d+\.\d+/) },
    })
  })

  it('sets a request id, and forbids caching and content sniffing', async () => {
    const { headers } = await app.call('GET', '/v1/viewer')
    expect(headers.get('x-request-id')).toMatch(/^\w{16}$/)
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('cache-control')).toBe('no-store')
  })

  it('logs one line per request, with the entity and without the key', async () => {
    lines.length = 0
    await app.call('GET', `/v1/${ENTITY}/projects?cursor=secret`)
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatchObject({ method: 'GET', route: '/v1/{entity}/projects', entity: ENTITY })
    expect(JSON.stringify(lines)).not.toContain(KEY)
    expect(JSON.stringify(lines)).not.toContain('secret')
  })

  it('lists projects by name', async () => {
    for (const name of ['b', 'a']) await app.call('POST', `/v1/${ENTITY}/${name}/runs`)
    const { body } = await app.call('GET', `/v1/${ENTITY}/projects`)
    expect(body.items.map((project: { name: string }) => project.name)).toEqual(['a', 'b'])
  })

  it('mounts other APIs, which check keys with its authenticator', async () => {
    expect((await app.call('GET', '/pages/who')).text).toBe(ENTITY)
    expect((await app.call('GET', '/pages/who', { key: null })).status).toBe(401)
  })
})

describe('refuses', () => {
  it.each(['/nowhere', '/v1/nowhere', '/v1', `${PROJECT}/sweeps/abc/nothing`])(
    'the path %s',
    async (path) => {
      expect(await app.call('GET', path)).toMatchObject({ status: 404, body: { code: 'no-such-path' } })
    },
  )

  it.each([
    ['PUT', `${PROJECT}/sweeps`, 'POST, GET'],
    ['POST', '/healthz', 'GET'],
    ['OPTIONS', `${PROJECT}/runs/r`, 'GET, PATCH, DELETE'],
  ])('%s %s, with the allowed methods', async (method, path, allow) => {
    const response = await app.call(method, path)
    expect(response).toMatchObject({ status: 405, body: { code: 'method-not-allowed' } })
    expect(response.headers.get('allow')).toBe(allow)
  })

  it.each([
    `/v1/${ENTITY}/%ff/sweeps`,
    `/v1/${ENTITY}/%zz/sweeps`,
    `/v1/${ENTITY}/a%2Fb/sweeps`,
    `/v1/${ENTITY}/-a/runs`,
  ])('invalid names: %s', async (path) => {
    expect(await app.call('GET', path)).toMatchObject({ status: 400, body: { code: 'invalid-path' } })
  })

  it.each(['/%76%31/rival/projects', '/v1/%72ival/projects', '//v1/rival/projects'])(
    'to bypass the check of the entity: %s',
    async (path) => {
      expect([400, 403, 404]).toContain((await app.call('GET', path)).status)
    },
  )

  it('to reveal an unexpected error, except to the log', async () => {
    lines.length = 0
    const response = await app.call('GET', '/pages/broken')
    expect(response).toMatchObject({ status: 500, body: { code: 'internal-error' } })
    expect(response.text).not.toContain('secret')
    expect(response.body.detail).toContain(response.headers.get('x-request-id'))
    expect(lines[0]?.failure).toContain('secret … in the message')
  })

  it('an invalid idempotency key', async () => {
    const headers = { 'Idempotency-Key': 'x'.repeat(201) }
    expect(await app.call('POST', `${PROJECT}/runs`, { headers })).toMatchObject({
      status: 400,
      body: { code: 'invalid-idempotency-key' },
    })
  })
})

describe('access', () => {
  it.each(['/healthz', '/openapi.json', '/sweep.schema.json', '/docs'])('%s needs no key', async (path) => {
    expect((await app.call('GET', path, { key: null })).status).toBe(200)
  })

  it('requires a key to reveal which paths exist', async () => {
    expect((await app.call('GET', '/v1/nowhere', { key: null })).status).toBe(401)
  })

  it('limits an entity to its projects', async () => {
    expect((await app.call('GET', '/v1/rival/projects')).status).toBe(403)
  })

  it('forbids browsers to render, frame or load anything', async () => {
    for (const path of ['/healthz', '/v1/viewer', '/nowhere', '/openapi.json']) {
      const { headers } = await app.call('GET', path)
      expect(headers.get('content-security-policy')).toBe("default-src 'none'; frame-ancestors 'none'")
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('referrer-policy')).toBe('no-referrer')
    }
    expect((await app.call('GET', '/docs')).headers.get('content-security-policy')).toContain('style-src')
  })
})
