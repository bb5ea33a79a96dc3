import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { refusesOtherKeys } from '../keys.suite.ts'
import { PROJECT, type TestApp, testApp } from '../test-app.ts'

let app: TestApp
beforeAll(async () => {
  app = await testApp()
  await app.call('POST', `${PROJECT}/runs`, { body: { id: 'r1' } })
})
afterAll(() => app.stop())

const FILES = `${PROJECT}/runs/r1/files`

describe('works', () => {
  it('lists the files of a run by name, each with its URL', async () => {
    expect((await app.call('GET', FILES)).body).toEqual({ items: [] })
    await app.deps.files.put('runs/acme/digits/r1/media/a%20b.png', new Uint8Array(12))
    await app.deps.files.put('runs/acme/digits/r12/other.txt', new Uint8Array(1))
    expect((await app.call('GET', FILES)).body.items).toEqual([
      {
        name: 'media/a b.png',
        size: 12,
        updated_at: '1970-01-01T00:00:00.000Z',
        url: expect.stringContaining('a%20b.png'),
      },
    ])
  })
})

describe('refuses', () => {
  it('a run that does not exist', async () => {
    expect((await app.call('GET', `${PROJECT}/runs/none/files`)).body.code).toBe('run-not-found')
  })
})

describe('access', () => refusesOtherKeys(() => app, 'GET', FILES))
