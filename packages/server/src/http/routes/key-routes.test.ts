import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hashKey } from '../auth/authenticator.ts'
import { ENTITY, KEY, type TestApp, testApp } from '../test-app.ts'

let app: TestApp
beforeAll(async () => {
  app = await testApp()
})
afterAll(() => app.stop())

const make = async (name = 'laptop') => (await app.call('POST', '/v1/keys', { body: { name } })).body

describe('works', () => {
  it('creates a valid key in the format of every W&B client', async () => {
    const made = await make()
    expect(made).toEqual({
      id: expect.any(String),
      name: 'laptop',
      entity: ENTITY,
      scope: 'write',
      created_at: '2030-01-01T00:00:00.000Z',
      expires_at: null,
      last_used_at: null,
      requests_per_minute: null,
      key: expect.stringMatching(/^[0-9a-f]{40}$/),
    })
    expect((await app.call('GET', '/v1/viewer', { key: made.key })).body).toMatchObject({
      entity: ENTITY,
      key: { id: made.id },
    })
  })

  it('accepts a key as the password of the user api', async () => {
    const { key } = await make()
    const headers = { Authorization: `Basic ${Buffer.from(`api:${key}`).toString('base64')}` }
    expect((await app.call('GET', '/v1/viewer', { key: null, headers })).status).toBe(200)
  })

  it('never returns a key again', async () => {
    const { key, id } = await make('secret')
    const list = await app.call('GET', '/v1/keys')
    expect(list.body.items.map((item: { id: string }) => item.id)).toContain(id)
    expect(list.text).not.toContain(key)
    expect(list.text).not.toContain(hashKey(key))
  })

  it('revokes a key at once on the instance of the request', async () => {
    const { key, id } = await make()
    expect((await app.call('GET', '/v1/viewer', { key })).status).toBe(200)
    expect((await app.call('DELETE', `/v1/keys/${id}`)).status).toBe(204)
    expect((await app.call('GET', '/v1/viewer', { key })).status).toBe(401)
  })

  it('refuses a key that another instance revoked within 30 seconds', async () => {
    const { key, id } = await make()
    await app.call('GET', '/v1/viewer', { key })
    await app.deps.store.revokeKey(ENTITY, id)
    app.clock.advance(29_999)
    expect((await app.call('GET', '/v1/viewer', { key })).status).toBe(200)
    app.clock.advance(1)
    expect((await app.call('GET', '/v1/viewer', { key })).status).toBe(401)
  })

  it('accepts a key that another instance created within 2 seconds', async () => {
    const key = 'c'.repeat(40)
    expect((await app.call('GET', '/v1/viewer', { key })).status).toBe(401)
    await app.deps.store.putKey({
      id: 'late',
      hash: hashKey(key),
      entity: ENTITY,
      name: 'late',
      createdAt: 0,
    })
    expect((await app.call('GET', '/v1/viewer', { key })).status).toBe(401)
    app.clock.advance(2_000)
    expect((await app.call('GET', '/v1/viewer', { key })).status).toBe(200)
  })

  it('accepts the master key without a read from the store', async () => {
    expect((await app.call('GET', '/v1/viewer', { key: KEY })).body).toEqual({
      entity: ENTITY,
      scope: 'admin',
      key: null,
      hosted_on: 'aws',
    })
  })
})

describe('a key', () => {
  const viewer = (key: string) => app.call('GET', '/v1/viewer', { key })
  const listed = async (id: string) =>
    (await app.call('GET', '/v1/keys')).body.items.find((item: { id: string }) => item.id === id)

  it('expires to the millisecond', async () => {
    const expires_at = new Date(app.clock.now() + 5_000).toISOString()
    const { key } = (await app.call('POST', '/v1/keys', { body: { expires_at } })).body
    app.clock.advance(4_999)
    expect((await viewer(key)).status).toBe(200)
    app.clock.advance(1)
    expect(await viewer(key)).toMatchObject({ status: 401, body: { code: 'expired-key' } })
  })

  it('is replaced by a key with its settings, and stays valid for the grace period', async () => {
    const request = { name: 'ci', scope: 'ingest', requests_per_minute: 600 }
    const old = (await app.call('POST', '/v1/keys', { body: request })).body
    const response = await app.call('POST', `/v1/keys/${old.id}/rotate`, { body: { grace_seconds: 60 } })
    expect(response.status).toBe(201)
    expect(response.body).toMatchObject(request)
    expect(response.body.key).not.toBe(old.key)
    expect((await viewer(old.key)).status).toBe(200)
    app.clock.advance(60_000)
    expect((await viewer(old.key)).body).toMatchObject({ code: 'expired-key' })
    expect((await viewer(response.body.key)).status).toBe(200)
  })

  it('keeps its expiry when it is replaced', async () => {
    const expires_at = new Date(app.clock.now() + 1_000).toISOString()
    const old = (await app.call('POST', '/v1/keys', { body: { expires_at } })).body
    const made = (await app.call('POST', `/v1/keys/${old.id}/rotate`)).body
    expect(made.expires_at).toBe(expires_at)
    expect((await listed(old.id)).expires_at).toBe(expires_at)
  })

  it('has its last use, to the hour', async () => {
    const { key, id } = await make()
    expect((await listed(id)).last_used_at).toBeNull()
    const first = new Date(app.clock.now()).toISOString()
    await viewer(key)
    expect((await listed(id)).last_used_at).toBe(first)
    app.clock.advance(59 * 60_000)
    await viewer(key)
    expect((await listed(id)).last_used_at).toBe(first)
    app.clock.advance(60_000)
    await viewer(key)
    expect((await listed(id)).last_used_at).toBe(new Date(app.clock.now()).toISOString())
  })

  it('stays revoked when a write of its last use follows', async () => {
    const { key, id } = await make()
    const record = (await app.deps.store.findKey(hashKey(key)))!
    await app.deps.store.revokeKey(ENTITY, id)
    expect(await app.deps.store.changeKey(record, { lastUsedAt: 1 })).toBe(false)
    expect(await app.deps.store.findKey(hashKey(key))).toBeUndefined()
    expect(await listed(id)).toBeUndefined()
  })

  it('gets Retry-After above its rate limit', async () => {
    app.clock.advance(60_000 - (app.clock.now() % 60_000))
    const { key } = (await app.call('POST', '/v1/keys', { body: { requests_per_minute: 2 } })).body
    await viewer(key)
    await viewer(key)
    const response = await viewer(key)
    expect(response).toMatchObject({ status: 429, body: { code: 'too-many-requests' } })
    expect(response.headers.get('retry-after')).toBe('60')
    app.clock.advance(60_000)
    expect((await viewer(key)).status).toBe(200)
  })
})

describe('refuses', () => {
  it('an expiry in the past, and invalid settings', async () => {
    for (const body of [
      { expires_at: new Date(app.clock.now()).toISOString() },
      { expires_at: 'tomorrow' },
      { scope: 'root' },
      { requests_per_minute: 0 },
    ])
      expect(await app.call('POST', '/v1/keys', { body })).toMatchObject({ status: 400 })
  })

  it('to replace a key that does not exist', async () => {
    expect((await app.call('POST', '/v1/keys/nosuch/rotate')).status).toBe(404)
  })

  it.each(['Bearer', 'Bearer ', 'Basic !!!', 'Digest x', `Bearer ${'x'.repeat(300)}`, 'Basic YXBp'])(
    'the header %s',
    async (header) => {
      const response = await app.call('GET', '/v1/viewer', { key: null, headers: { Authorization: header } })
      expect(response.status).toBe(401)
    },
  )

  it('to revoke a key of another entity, or one that does not exist', async () => {
    await app.deps.store.putKey({
      id: 'theirs',
      hash: hashKey('x'),
      entity: 'rival',
      name: 'k',
      createdAt: 0,
    })
    expect((await app.call('DELETE', '/v1/keys/theirs')).status).toBe(404)
    expect((await app.call('DELETE', '/v1/keys/nosuch')).status).toBe(404)
  })
})

describe('access', () => {
  it.each([
    ['GET', '/v1/viewer'],
    ['GET', '/v1/keys'],
    ['POST', '/v1/keys'],
    ['POST', '/v1/keys/abc/rotate'],
    ['DELETE', '/v1/keys/abc'],
  ])('%s %s needs a key', async (method, path) => {
    expect((await app.call(method, path, { key: null })).status).toBe(401)
  })

  it('lists only keys of the entity', async () => {
    const key = 'd'.repeat(40)
    await app.deps.store.putKey({
      id: 'rivals',
      hash: hashKey(key),
      entity: 'rival',
      name: 'k',
      createdAt: 0,
    })
    const ids = (await app.call('GET', '/v1/keys', { key })).body.items.map((item: { id: string }) => item.id)
    expect(ids).toContain('rivals')
    expect((await app.call('GET', '/v1/keys')).text).not.toContain('rivals')
  })
})
