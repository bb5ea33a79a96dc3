import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createApp } from '../app.ts'
import { hashKey } from '../auth/authenticator.ts'
import { ENTITY, type TestApp, testApp } from '../test-app.ts'

let app: TestApp
beforeAll(async () => {
  app = await testApp()
})
afterAll(() => app.stop())

const create = (name: string, key?: string) =>
  app.call('POST', '/v1/entities', { body: { name }, ...(key && { key }) })
const createKey = (body: object, key?: string) => app.call('POST', '/v1/keys', { body, ...(key && { key }) })

describe('works', () => {
  it('creates an entity with an admin key, which creates all others', async () => {
    const made = await create('team-b')
    expect(made).toMatchObject({
      status: 201,
      body: {
        name: 'team-b',
        operator: false,
        created_at: '2030-01-01T00:00:00.000Z',
        key: { entity: 'team-b', scope: 'admin', key: expect.stringMatching(/^[0-9a-f]{40}$/) },
      },
    })
    const { key } = made.body.key
    expect((await createKey({ name: 'gpu', scope: 'ingest' }, key)).body.entity).toBe('team-b')
    expect((await app.call('GET', '/v1/team-b/projects', { key })).status).toBe(200)
  })

  it('lists the operator’s entity and all others, without keys', async () => {
    await create('team-c')
    const { body, text } = await app.call('GET', '/v1/entities')
    expect(body.items[0]).toEqual({ name: ENTITY, operator: true, created_at: null })
    expect(body.items.map(({ name }: { name: string }) => name)).toEqual([ENTITY, 'team-b', 'team-c'])
    expect(text).not.toContain('key')
  })

  it('creates another key of an entity, so that a lost key locks no team out', async () => {
    await create('team-d')
    const made = await createKey({ name: 'second admin', scope: 'admin', entity: 'team-d' })
    expect(made).toMatchObject({ status: 201, body: { entity: 'team-d', scope: 'admin' } })
    expect((await app.call('GET', '/v1/viewer', { key: made.body.key })).body.entity).toBe('team-d')
  })
})

describe('refuses', () => {
  it.each(['team-e', ENTITY])('a second %s, and says how to get a key', async (name) => {
    await create('team-e')
    expect(await create(name)).toMatchObject({
      status: 409,
      body: { code: 'entity-exists', detail: expect.stringContaining(`--scope admin --entity "${name}"`) },
    })
  })

  it.each(['v1', '', 'a/b'])('the name "%s"', async (name) => {
    expect((await create(name)).status).toBe(400)
  })

  it('a key for an entity that does not exist', async () => {
    expect(await createKey({ name: 'k', entity: 'missing' })).toMatchObject({
      status: 404,
      body: {
        code: 'entity-not-found',
        detail: expect.stringContaining('chimney entities create "missing"'),
      },
    })
  })

  it('admins of other entities', async () => {
    const { key } = (await create('team-f')).body.key
    const refusal = { status: 403, body: { code: 'not-the-operator' } }
    expect(await create('team-g', key)).toMatchObject(refusal)
    expect(await app.call('GET', '/v1/entities', { key })).toMatchObject(refusal)
    expect(await createKey({ name: 'k', entity: ENTITY }, key)).toMatchObject(refusal)
  })

  it('every caller while the deployment has no first key', async () => {
    const key = 'c'.repeat(40)
    await app.deps.store.putKey({ id: 'adm', hash: hashKey(key), entity: ENTITY, name: 'k', createdAt: 0 })
    const headless = createApp(app.deps)
    for (const path of ['/v1/entities', '/v1/agents']) {
      const answer = await headless.request(path, { headers: { Authorization: `Bearer ${key}` } })
      expect(answer.status).toBe(403)
    }
  })
})
