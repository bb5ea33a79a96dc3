import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { refusesOtherKeys } from '../keys.suite.ts'
import { PROJECT, type TestApp, testApp } from '../test-app.ts'

let app: TestApp
beforeAll(async () => {
  app = await testApp()
  await app.call('POST', `${PROJECT}/runs`, { body: { id: 'r1' } })
})
afterAll(() => app.stop())

const get = async (path: string) => (await app.call('GET', `${PROJECT}/${path}`)).body
const send = async (method: string, path: string, body?: object) => {
  const answer = await app.call(method, `${PROJECT}/${path}`, body && { body })
  return { status: answer.status, ...answer.body }
}
const names = async (page: string) =>
  (await get(`views?page=${page}`)).items.map(({ name }: { name: string }) => name)

describe('views', () => {
  it('are listed by page and name', async () => {
    expect(await get('views')).toEqual({ items: [] })
    for (const [page, name] of [
      ['project', 'Best first'],
      ['run', 'Losses, 50% smooth'],
      ['project', 'Adam'],
    ])
      expect(await send('POST', 'views', { page, name, query: 'sort=lr' })).toMatchObject({
        status: 201,
        name,
        query: 'sort=lr',
        default: false,
        rev: 1,
      })
    expect(await names('project')).toEqual(['Adam', 'Best first'])
    expect(await names('run')).toEqual(['Losses, 50% smooth'])
    expect((await get('views')).items).toHaveLength(3)
  })

  it('have different names, but pages may share one', async () => {
    expect(await send('POST', 'views', { page: 'project', name: 'Adam', query: '' })).toMatchObject({
      status: 409,
      code: 'view-exists',
    })
    expect((await send('POST', 'views', { page: 'run', name: 'Adam', query: '' })).status).toBe(201)
  })

  it('are replaced by the writer that has read the newest revision', async () => {
    const path = `views/run/${encodeURIComponent('Losses, 50% smooth')}`
    expect(await send('PUT', path, { query: 'x=time', rev: 1 })).toMatchObject({ query: 'x=time', rev: 2 })
    expect(await send('PUT', path, { query: 'x=step', rev: 1 })).toMatchObject({
      status: 409,
      code: 'view-changed',
    })
    expect((await send('PUT', 'views/run/none', { query: '', rev: 1 })).code).toBe('view-not-found')
  })

  it('one of a page is its default', async () => {
    const defaults = async () =>
      (await get('views')).items
        .filter((each: { default: boolean }) => each.default)
        .map((each: { page: string; name: string }) => `${each.page} ${each.name}`)
    await send('POST', 'views', { page: 'project', name: 'First', query: '', default: true })
    await send('PUT', 'views/run/Adam', { query: '', rev: 1, default: true })
    expect(await defaults()).toEqual(['project First', 'run Adam'])
    await send('PUT', 'views/project/Adam', { query: '', rev: 1, default: true })
    await send('PUT', 'views/project/First', { query: '', rev: 1, default: false })
    expect(await defaults()).toEqual(['project Adam', 'run Adam'])
    expect((await send('DELETE', 'views/project/Adam')).status).toBe(204)
    await send('POST', 'views', { page: 'project', name: 'Adam', query: '' })
    expect(await defaults()).toEqual(['run Adam'])
  })

  it.each([
    ['another page', { page: 'home', name: 'x', query: '' }],
    ['a slash', { page: 'run', name: 'a/b', query: '' }],
    ['a long state', { page: 'run', name: 'x', query: 'x'.repeat(8_001) }],
    ['unknown fields', { page: 'run', name: 'x', query: '', shared: true }],
  ])('refuse %s', async (_, body) => {
    expect((await send('POST', 'views', body)).code).toBe('invalid-body')
  })

  it('belong to a project', async () => {
    expect(
      (await app.call('POST', '/v1/acme/none/views', { body: { page: 'run', name: 'x', query: '' } })).status,
    ).toBe(404)
    expect((await app.call('GET', '/v1/acme/none/views')).body.code).toBe('project-not-found')
  })
})

describe('reports', () => {
  it('are created, read, listed without their texts, replaced and deleted', async () => {
    const { id } = await send('POST', 'reports', { title: 'A', text: '# A' })
    app.clock.advance(1_000)
    const second = await send('POST', 'reports', { title: ' B ', text: '' })
    expect((await get('reports')).items).toEqual([
      expect.objectContaining({ title: 'B' }),
      expect.not.objectContaining({ text: '# A' }),
    ])
    expect(await get(`reports/${id}`)).toMatchObject({ id, title: 'A', text: '# A', rev: 1 })
    app.clock.advance(1_000)
    const body = { title: 'A', text: 'Ä'.repeat(100_000), rev: 1 }
    expect((await send('PUT', `reports/${id}`, body)).rev).toBe(2)
    expect((await send('PUT', `reports/${id}`, body)).code).toBe('report-changed')
    expect((await get('reports')).items[0].title).toBe('A')
    expect((await send('DELETE', `reports/${second.id}`)).status).toBe(204)
    expect((await app.call('GET', `${PROJECT}/reports/${second.id}`)).body.code).toBe('report-not-found')
  })

  it('have a size', async () => {
    const answer = await send('POST', 'reports', { title: 'Long', text: 'Ä'.repeat(100_001) })
    expect([answer.status, answer.code]).toEqual([400, 'invalid-body'])
    expect(answer.errors[0]).toEqual({
      path: 'text',
      message:
        'has 200002 bytes, and a report may have 200000: split it into two reports that link to each other',
    })
  })
})

describe('access', () => {
  refusesOtherKeys(() => app, 'GET', `${PROJECT}/views`)
  refusesOtherKeys(() => app, 'POST', `${PROJECT}/reports`)
})
