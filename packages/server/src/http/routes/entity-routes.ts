import { EntityCreate } from '@chimney/core/schema/api/entities'
import { Problem } from '@chimney/core/schema/problem'
import { Hono } from 'hono'
import type { AppEnv } from '../app-env.ts'
import { access } from '../auth/access.ts'
import { requireOperator } from '../auth/operator.ts'
import { jsonBody } from '../body/json-body.ts'
import { describeRoute, jsonResponse, problems } from '../reference/describe-route.ts'
import { entityBody, keyBody } from '../responses/bodies.ts'
import { respond } from '../responses/respond.ts'

export const entityRoutes = new Hono<AppEnv>()
  .get(
    '/v1/entities',
    describeRoute({
      operationId: 'listEntities',
      tags: ['Keys'],
      summary: 'List the entities of the deployment',
      responses: { 200: jsonResponse('The entity of the operator, then all others by name', 'EntityList') },
    }),
    access('admin'),
    async (c) => {
      const operator = requireOperator(c.var)
      const created = await c.var.deps.store.listEntities()
      const items = [{ entity: operator }, ...created.filter(({ entity }) => entity !== operator)]
      return respond(200, { items: items.map((record) => entityBody(record, operator)) })
    },
  )
  .post(
    '/v1/entities',
    describeRoute({
      operationId: 'createEntity',
      tags: ['Keys'],
      summary: 'Create an entity and its first admin key',
      responses: {
        201: jsonResponse('The entity, with its first admin key', 'EntityCreated'),
        ...problems(409),
      },
    }),
    access('admin'),
    jsonBody(EntityCreate, { name: 'team-b' }),
    async (c) => {
      const operator = requireOperator(c.var)
      const { deps } = c.var
      const { name: entity } = c.req.valid('json')
      const record = { entity, createdAt: deps.clock.now() }
      if (entity === operator || !(await deps.store.putEntity(record)))
        throw new Problem(
          'conflict',
          'entity-exists',
          `the entity ${entity} exists; create a key for it with: chimney keys create NAME --scope admin --entity "${entity}"`,
        )
      const { createKey } = await import('../auth/create-key.ts')
      const made = await createKey(deps, entity, { name: 'first admin', scope: 'admin' })
      return respond(201, {
        ...entityBody(record, operator),
        key: { ...keyBody(made.record), key: made.key },
      })
    },
  )
