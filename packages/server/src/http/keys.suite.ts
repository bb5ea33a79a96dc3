import { expect, it } from 'vitest'
import { hashKey } from './auth/authenticator.ts'
import type { TestApp } from './test-app.ts'

const RIVAL_KEY = 'b'.repeat(40)

/** Tests of the access of a route. `app` is called when the tests run. */
export function refusesOtherKeys(app: () => TestApp, method: string, path: string, body?: unknown): void {
  const withBody = body === undefined ? {} : { body }

  it(`${method} refuses a request without a key`, async () => {
    const response = await app().call(method, path, { ...withBody, key: null })
    expect(response).toMatchObject({ status: 401, body: { code: 'missing-key' } })
    expect(response.headers.get('www-authenticate')).toContain('Bearer')
  })

  it(`${method} refuses an unknown key`, async () => {
    const response = await app().call(method, path, { ...withBody, key: 'f'.repeat(40) })
    expect(response).toMatchObject({ status: 401, body: { code: 'unknown-key' } })
  })

  it(`${method} refuses a key of another entity`, async () => {
    const { deps, call } = app()
    await deps.store.putKey({
      id: 'other',
      hash: hashKey(RIVAL_KEY),
      entity: 'rival',
      name: 'k',
      createdAt: 0,
    })
    expect(await call(method, path, { ...withBody, key: RIVAL_KEY })).toMatchObject({
      status: 403,
      body: { code: 'other-entity' },
    })
  })
}
