import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { failureOf } from '../failure-text.ts'
import type { LogLine } from './app-env.ts'
import { ENTITY, KEY, type TestApp, testApp } from './test-app.ts'

const lines: LogLine[] = []
let app: TestApp
beforeAll(async () => {
  app = await testApp({ log: (line) => lines.push(line) })
})
afterAll(() => app.stop())
beforeEach(() => {
  lines.length = 0
})

it('logs the id of a stored key, and the scope of a key from the environment', async () => {
  const { body } = await app.call('POST', '/v1/keys', { body: { name: 'laptop' } })
  await app.call('GET', '/v1/viewer', { key: body.key })
  expect(lines).toMatchObject([
    { route: '/v1/keys', keyId: 'environment:admin' },
    { route: '/v1/viewer', keyId: body.id, entity: ENTITY },
  ])
  expect(JSON.stringify(lines)).not.toContain(body.key)
  expect(JSON.stringify(lines)).not.toContain(KEY)
})

it('logs neither key nor entity of a rejected request', async () => {
  await app.call('GET', '/v1/viewer', { key: 'f'.repeat(40) })
  expect(lines).toHaveLength(1)
  expect(lines[0]).toMatchObject({ status: 401 })
  expect(lines[0]).not.toHaveProperty('keyId')
  expect(JSON.stringify(lines)).not.toContain('f'.repeat(40))
})

it('removes keys from the stack of an unexpected error', () => {
  expect(failureOf(new Error(`refused ${KEY}`))).toContain('refused …')
  expect(failureOf(new Error(`refused ${KEY}`))).not.toContain(KEY)
})
