import { BACKUP_VERSION, RestoreRequest } from '@chimney/core/schema/backup'
import { Hono } from 'hono'
import type { AppEnv } from '../app-env.ts'
import { access } from '../auth/access.ts'
import { jsonBody } from '../body/json-body.ts'
import { query } from '../body/query.ts'
import { describeRoute, jsonResponse, problems } from '../reference/describe-route.ts'
import { respond } from '../responses/respond.ts'
import { projectKeyOf } from './path-names.ts'
import { BackupQuery } from './queries.ts'

const BACKUP = '/v1/:entity/:project/backup'

export const backupRoutes = new Hono<AppEnv>()
  .get(
    BACKUP,
    describeRoute({
      operationId: 'readBackup',
      tags: ['Projects'],
      summary: 'Export a project',
      responses: { 200: jsonResponse('A page', 'BackupPage') },
    }),
    access('admin'),
    query(BackupQuery),
    async (c) => {
      const project = projectKeyOf(c.req.valid('param'))
      const page = await c.var.deps.store.readBackup(project, c.req.valid('query').cursor)
      return respond(200, { version: BACKUP_VERSION, items: page.items, next_cursor: page.cursor })
    },
  )
  .post(
    BACKUP,
    describeRoute({
      operationId: 'restoreBackup',
      tags: ['Projects'],
      summary: 'Import items of an exported project',
      responses: { 200: jsonResponse('Number of new items', 'Restored'), ...problems(409) },
    }),
    access('admin'),
    jsonBody(RestoreRequest, {
      version: 1,
      items: [{ of: 'document', id: '', sk: 'notes', attributes: { rev: 1, text: 'hello' } }],
    }),
    async (c) => {
      const { deps } = c.var
      const project = projectKeyOf(c.req.valid('param'))
      const restored = await deps.store.restore(project, c.req.valid('json').items)
      await deps.store.ensureProject(project, deps.clock.now())
      return respond(200, restored)
    },
  )
