import { KeyCreate, KeyRotate } from '@chimney/core/schema/api/keys'
import { Problem } from '@chimney/core/schema/problem'
import { Hono } from 'hono'
import type { AppEnv } from '../app-env.ts'
import { access } from '../auth/access.ts'
import { requireOperator } from '../auth/operator.ts'
import { jsonBody } from '../body/json-body.ts'
import { describeRoute, jsonResponse, problems } from '../reference/describe-route.ts'
import { iso, keyBody } from '../responses/bodies.ts'
import { noContent, respond } from '../responses/respond.ts'

/** Throws unless the caller may create keys for the entity, and it exists. */
async function requireCreated(variables: AppEnv['Variables'], entity: string): Promise<void> {
  requireOperator(variables)
  if (!(await variables.deps.store.getEntity(entity)))
    throw new Problem(
      'not-found',
      'entity-not-found',
      `there is no entity ${entity}; create it with: chimney entities create "${entity}"`,
    )
}

const creating = () => import('../auth/create-key.ts')

export const keyRoutes = new Hono<AppEnv>()
  .get(
    '/v1/viewer',
    describeRoute({
      operationId: 'getViewer',
      tags: ['Keys'],
      summary: 'The owner and scope of the key',
      responses: { 200: jsonResponse('The entity of the key, and the key', 'Viewer') },
    }),
    access('read'),
    async (c) => {
      const { entity, scope, key } = c.var.caller!
      // Only one machine has its own file store.
      const hosted_on = c.var.deps.settings.filesUrl === undefined ? 'aws' : 'machine'
      return respond(200, { entity, scope, key: key ? keyBody(key) : null, hosted_on })
    },
  )
  .get(
    '/v1/unrecognized',
    describeRoute({
      operationId: 'listUnrecognized',
      tags: ['Service'],
      summary: 'What W&B clients requested and this service lacks',
      responses: { 200: jsonResponse('The latest first', 'UnrecognizedList') },
    }),
    access('read'),
    async (c) => {
      const { listUnrecognized } = await import('../../unrecognized-requests.ts')
      const found = await listUnrecognized(c.var.deps, c.var.caller!.entity)
      return respond(200, {
        items: found.map(({ name, client, firstAt, lastAt }) => ({
          name,
          client,
          first_at: iso(firstAt),
          last_at: iso(lastAt),
        })),
      })
    },
  )
  .get(
    '/v1/keys',
    describeRoute({
      operationId: 'listKeys',
      tags: ['Keys'],
      summary: 'List the API keys of your entity',
      responses: { 200: jsonResponse('All keys, without the secrets', 'KeyList') },
    }),
    access('admin'),
    async (c) => {
      const keys = await c.var.deps.store.listKeys(c.var.caller!.entity)
      return respond(200, { items: keys.map(keyBody) })
    },
  )
  .post(
    '/v1/keys',
    describeRoute({
      operationId: 'createKey',
      tags: ['Keys'],
      summary: 'Create an API key for your entity',
      responses: { 201: jsonResponse('The new key', 'KeyCreated'), ...problems(404) },
    }),
    access('admin'),
    jsonBody(KeyCreate, { name: 'laptop', scope: 'write' }),
    async (c) => {
      const { deps, caller } = c.var
      const { createKey, settingsOf } = await creating()
      const settings = settingsOf(c.req.valid('json'), deps.clock.now())
      const { entity = caller!.entity } = c.req.valid('json')
      if (entity !== caller!.entity) await requireCreated(c.var, entity)
      const { key, record } = await createKey(deps, entity, settings)
      return respond(201, { ...keyBody(record), key })
    },
  )
  .post(
    '/v1/keys/:key/rotate',
    describeRoute({
      operationId: 'rotateKey',
      tags: ['Keys'],
      summary: 'Replace an API key by a new one',
      responses: { 201: jsonResponse('The new key', 'KeyCreated'), ...problems(404) },
    }),
    access('admin'),
    jsonBody(KeyRotate, { grace_seconds: 86_400 }),
    async (c) => {
      const { deps, caller, auth } = c.var
      const { grace_seconds } = c.req.valid('json')
      const { rotateKey } = await creating()
      const { key, record } = await rotateKey(deps, caller!.entity, c.req.valid('param').key, grace_seconds)
      auth.forget()
      return respond(201, { ...keyBody(record), key })
    },
  )
  .delete(
    '/v1/keys/:key',
    describeRoute({
      operationId: 'revokeKey',
      tags: ['Keys'],
      summary: 'Revoke an API key',
      responses: { 204: { description: 'Revoked' }, ...problems(404) },
    }),
    access('admin'),
    async (c) => {
      const { deps, caller, auth } = c.var
      const { key } = c.req.valid('param')
      const revoked = await deps.store.revokeKey(caller!.entity, key)
      auth.forget()
      if (revoked) return noContent()
      throw (await creating()).keyNotFound(key)
    },
  )
