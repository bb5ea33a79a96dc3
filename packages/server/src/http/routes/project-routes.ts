import { Hono } from 'hono'
import type { AppEnv } from '../app-env.ts'
import { access } from '../auth/access.ts'
import { query } from '../body/query.ts'
import { describeRoute, jsonResponse } from '../reference/describe-route.ts'
import { projectBody } from '../responses/bodies.ts'
import { respond } from '../responses/respond.ts'
import { PageQuery } from './queries.ts'

export const projectRoutes = new Hono<AppEnv>().get(
  '/v1/:entity/projects',
  describeRoute({
    operationId: 'listProjects',
    tags: ['Projects'],
    summary: 'List the projects of an entity by name',
    description: 'The first sweep or run of a project creates it.',
    responses: { 200: jsonResponse('A page of projects', 'ProjectPage') },
  }),
  access('read'),
  query(PageQuery),
  async (c) => {
    const page = await c.var.deps.store.listProjects(c.req.valid('param').entity, c.req.valid('query'))
    return respond(200, { items: page.items.map(projectBody), next_cursor: page.cursor })
  },
)
