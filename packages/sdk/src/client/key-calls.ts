import type { KeyBody, KeyCreate, KeyCreated } from '@chimney/core/schema/api/keys'
import type { Page } from '@chimney/core/schema/api/page'
import type { Connection, CreateOptions } from './connection.ts'

const keyRoute = (id: string) => `/v1/keys/${encodeURIComponent(id)}`

export const keyCalls = ({ call, idempotencyOf }: Connection) => ({
  listKeys: async () => (await call<Page<KeyBody>>({ method: 'GET', path: '/v1/keys' })).items,
  /** Only this response contains the key. */
  createKey: (name: string, more: CreateOptions & Omit<KeyCreate, 'name'> = {}) => {
    const { idempotencyKey, ...settings } = more
    return call<KeyCreated>({
      method: 'POST',
      path: '/v1/keys',
      body: { name, ...settings },
      ...idempotencyOf(idempotencyKey === undefined ? {} : { idempotencyKey }),
    })
  },
  /** Creates a replacement with the same name and scope. The old key stays valid for `graceSeconds` (default: one day). */
  rotateKey: (id: string, graceSeconds?: number) =>
    call<KeyCreated>({
      method: 'POST',
      path: `${keyRoute(id)}/rotate`,
      body: graceSeconds === undefined ? {} : { grace_seconds: graceSeconds },
    }),
  revokeKey: (id: string) => call<void>({ method: 'DELETE', path: keyRoute(id) }),
})
