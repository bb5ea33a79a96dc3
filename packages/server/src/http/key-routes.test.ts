import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hashKey } from './auth.ts'
import { ENTITY, KEY, type TestApp, testApp } from './test-app.ts'

let app: TestApp
beforeAll(async () => {
  app = await testApp()
})
afterAll(() => app.stop())

const make = async (name = 'laptop') => (await app.call('POST', '/v1/keys', { body: { name } })).body

describe('works', () => {
  it('makes a key that W&B clients of every version take, and that works', async () => {
    const made = await make()
    expect(made).toEqual({
      id: expect.any(String),
      name: 'laptop',
      entity: ENTITY,
      created_at: '2030-01-01T00:00:00.000Z',
      key: expect.stringMatching(/^[0-9a-f]{40}$/),
    })
    expect((await app.call('GET', '/v1/viewer', { key: made.key })).body).toMatchObject({
      entity: ENTITY,
      key: { id: made.id },
    })
  })

  it('takes a key as the password of the user api', async () => {
    const { key } = await make()
    const headers = { Authorization: `Basic ${Buffer.from(`api:${key}`).toString('base64')}` }
    expect((await app.call('GET', '/v1/viewer', { key: null, headers })).status).toBe(200)
  })

  it('never tells a key again', async () => {
    const { key, id } = await make('secret')
    const list = await app.call('GET', '/v1/keys')
    expect(list.body.items.map((item: { id: string }) => item.id)).toContain(id)
    expect(list.text).not.toContain(key)
    expect(list.text).not.toContain(hashKey(key))
  })

  it('revokes a key at once where it was asked', async () => {
    const { key, id } = await make()
    expect((await app.call('GET', '/v1/viewer', { key })).status).toBe(200)
    expect((await app.call('DELETE', `/v1/keys/${id}`)).status).toBe(204)
    expect((await app.call('GET', '/v1/viewer', { key })).status).toBe(401)
  })

  it('notices within 30 seconds that another instance revoked a key', async () => {
    const { key, id } = await make()
    await app.call('GET', '/v1/viewer', { key })
    await app.deps.store.revokeKey(ENTITY, id)
    app.clock.advance(29_999)
    expect((await app.call('GET', '/v1/viewer', { key })).status).toBe(200)
    app.clock.advance(1)
    expect((await app.call('GET', '/v1/viewer', { key })).status).toBe(401)
  })

  it('notices within 2 seconds that a key was made which it did not know', async () => {
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

  it('knows the master key without asking the store', async () => {
    expect((await app.call('GET', '/v1/viewer', { key: KEY })).body).toEqual({ entity: ENTITY, key: null })
  })
})

describe('refuses', () => {
  it.each(['Bearer', 'Bearer ', 'Basic !!!', 'Digest x', `Bearer ${'x'.repeat(300)}`, 'Basic YXBp'])(
    'the header %s',
    async (header) => {
      const told = await app.call('GET', '/v1/viewer', { key: null, headers: { Authorization: header } })
      expect(told.status).toBe(401)
    },
  )

  it('to revoke a key of another entity, or none', async () => {
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
    ['DELETE', '/v1/keys/abc'],
  ])('%s %s needs a key', async (method, path) => {
    expect((await app.call(method, path, { key: null })).status).toBe(401)
  })

  it('shows an entity only its own keys', async () => {
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
