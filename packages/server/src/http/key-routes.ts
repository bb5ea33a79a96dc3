import { KeyCreate } from '@chimney/core/schema/api'
import { Problem } from '@chimney/core/schema/problem'
import { answer, noContent } from './answer.ts'
import { createKey } from './create-key.ts'
import { keyBody } from './present.ts'
import { type Route, route } from './route.ts'

export const keyRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/v1/viewer',
    id: 'getViewer',
    tag: 'Keys',
    summary: 'Who the key belongs to',
    answers: {
      200: { description: 'The entity of the key, and what is known of the key', schema: 'Viewer' },
    },
    handle: async ({ caller }) =>
      answer(200, { entity: caller.entity, key: caller.key ? keyBody(caller.key) : null }),
  }),
  route({
    method: 'GET',
    path: '/v1/keys',
    id: 'listKeys',
    tag: 'Keys',
    summary: 'List the API keys of your entity',
    answers: { 200: { description: 'All keys; never the secrets', schema: 'KeyList' } },
    handle: async ({ deps, caller }) =>
      answer(200, { items: (await deps.store.listKeys(caller.entity)).map(keyBody) }),
  }),
  route({
    method: 'POST',
    path: '/v1/keys',
    id: 'createKey',
    tag: 'Keys',
    summary: 'Make an API key for your entity',
    description: 'The key is 40 lower-case hex characters and is told once: only its hash is kept.',
    body: { schema: KeyCreate, name: 'KeyCreate', example: { name: 'laptop' } },
    answers: { 201: { description: 'The new key', schema: 'KeyCreated' } },
    handle: async ({ deps, caller, body }) => {
      const { key, record } = await createKey(deps, caller.entity, body.name)
      return answer(201, { ...keyBody(record), key })
    },
  }),
  route({
    method: 'DELETE',
    path: '/v1/keys/{key}',
    id: 'revokeKey',
    tag: 'Keys',
    summary: 'Revoke an API key',
    description:
      'The key stops working at once where the request was answered, and within 30 seconds everywhere.',
    answers: { 204: { description: 'Revoked' } },
    problems: [404],
    handle: async ({ deps, caller, names, forgetKeys }) => {
      const revoked = await deps.store.revokeKey(caller.entity, names.key)
      forgetKeys()
      if (revoked) return noContent()
      throw new Problem(
        'not-found',
        'key-not-found',
        `there is no key ${names.key}; list them at GET /v1/keys`,
      )
    },
  }),
]
