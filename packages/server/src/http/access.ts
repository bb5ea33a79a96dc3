import { expect, it } from 'vitest'
import { hashKey } from './auth/authenticator.ts'
import type { TestApp } from './test-app.ts'

const OTHERS_KEY = 'b'.repeat(40)

/** What every route promises about keys. `app` is asked when the tests run. */
export function keepsOthersOut(app: () => TestApp, method: string, path: string, body?: unknown): void {
  const withBody = body === undefined ? {} : { body }

  it(`${method} refuses a request without a key`, async () => {
    const told = await app().call(method, path, { ...withBody, key: null })
    expect(told).toMatchObject({ status: 401, body: { code: 'missing-key' } })
    expect(told.headers.get('www-authenticate')).toContain('Bearer')
  })

  it(`${method} refuses a key that nobody made`, async () => {
    const told = await app().call(method, path, { ...withBody, key: 'f'.repeat(40) })
    expect(told).toMatchObject({ status: 401, body: { code: 'unknown-key' } })
  })

  it(`${method} refuses a key of another entity`, async () => {
    const { deps, call } = app()
    await deps.store.putKey({
      id: 'other',
      hash: hashKey(OTHERS_KEY),
      entity: 'rival',
      name: 'k',
      createdAt: 0,
    })
    expect(await call(method, path, { ...withBody, key: OTHERS_KEY })).toMatchObject({
      status: 403,
      body: { code: 'other-entity' },
    })
  })
}
