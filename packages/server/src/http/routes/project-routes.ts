import { Hono } from 'hono'
import type { AppEnv } from '../app-env.ts'
import { access } from '../auth/access.ts'
import { query } from '../body/query.ts'
import { describeRoute, jsonResponse, problems } from '../reference/describe-route.ts'
import { projectBody } from '../responses/bodies.ts'
import { noContent, respond } from '../responses/respond.ts'
import { projectKeyOf } from './path-names.ts'
import { PageQuery } from './queries.ts'

export const projectRoutes = new Hono<AppEnv>()
  .delete(
    '/v1/:entity/projects/:project',
    describeRoute({
      operationId: 'deleteProject',
      tags: ['Projects'],
      summary: 'Delete a project with its sweeps and runs',
      responses: { 204: { description: 'Deleted' }, ...problems(404) },
    }),
    access('write'),
    async (c) => {
      const { deleteProject } = await import('../../sweeps/lifecycle/delete-project.ts')
      await deleteProject(c.var.deps, projectKeyOf(c.req.valid('param')))
      return noContent()
    },
  )
  .get(
    '/v1/:entity/projects',
    describeRoute({
      operationId: 'listProjects',
      tags: ['Projects'],
      summary: 'List the projects of an entity by name',
      responses: { 200: jsonResponse('A page of projects', 'ProjectPage') },
    }),
    access('read'),
    query(PageQuery),
    async (c) => {
      const page = await c.var.deps.store.listProjects(c.req.valid('param').entity, c.req.valid('query'))
      return respond(200, { items: page.items.map(projectBody), next_cursor: page.cursor })
    },
  )
