import { KeyCreate, KeyRotate } from '@chimney/core/schema/api/keys'
import { answer, noContent } from '../answers/answer.ts'
import { keyBody } from '../answers/present.ts'
import { createKey, keyNotFound, rotateKey, wishOf } from '../auth/create-key.ts'
import { type Route, route } from '../route.ts'

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
      answer(200, {
        entity: caller.entity,
        scope: caller.scope,
        key: caller.key ? keyBody(caller.key) : null,
      }),
  }),
  route({
    method: 'GET',
    path: '/v1/keys',
    id: 'listKeys',
    scope: 'admin',
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
    scope: 'admin',
    tag: 'Keys',
    summary: 'Make an API key for your entity',
    description: 'The key is 40 lower-case hex characters and is told once: only its hash is kept.',
    body: { schema: KeyCreate, name: 'KeyCreate', example: { name: 'laptop', scope: 'write' } },
    answers: { 201: { description: 'The new key', schema: 'KeyCreated' } },
    handle: async ({ deps, caller, body }) => {
      const { key, record } = await createKey(deps, caller.entity, wishOf(body, deps.clock.now()))
      return answer(201, { ...keyBody(record), key })
    },
  }),
  route({
    method: 'POST',
    path: '/v1/keys/{key}/rotate',
    id: 'rotateKey',
    scope: 'admin',
    tag: 'Keys',
    summary: 'Replace an API key by a new one',
    description:
      'The new key may do what the old one could. The old one goes on working for `grace_seconds`, so that programs can change over.',
    body: { schema: KeyRotate, name: 'KeyRotate', example: { grace_seconds: 86_400 } },
    answers: { 201: { description: 'The new key', schema: 'KeyCreated' } },
    problems: [404],
    handle: async ({ deps, caller, names, body, forgetKeys }) => {
      const { key, record } = await rotateKey(deps, caller.entity, names.key, body.grace_seconds)
      forgetKeys()
      return answer(201, { ...keyBody(record), key })
    },
  }),
  route({
    method: 'DELETE',
    path: '/v1/keys/{key}',
    id: 'revokeKey',
    scope: 'admin',
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
      throw keyNotFound(names.key)
    },
  }),
]
