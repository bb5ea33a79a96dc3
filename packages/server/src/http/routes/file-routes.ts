import { Hono } from 'hono'
import type { AppEnv } from '../app-env.ts'
import { access } from '../auth/access.ts'
import { describeRoute, jsonResponse, problems } from '../reference/describe-route.ts'
import { iso } from '../responses/bodies.ts'
import { runNotFound } from '../responses/not-found.ts'
import { respond } from '../responses/respond.ts'
import { runKeyOf } from './path-names.ts'

export const fileRoutes = new Hono<AppEnv>().get(
  '/v1/:entity/:project/runs/:run/files',
  describeRoute({
    operationId: 'listFiles',
    tags: ['Runs'],
    summary: 'List the files of a run by name',
    responses: {
      200: jsonResponse('The files, each with a download URL', 'FileList'),
      ...problems(404),
    },
  }),
  access('read'),
  async (c) => {
    const { deps } = c.var
    const key = runKeyOf(c.req.valid('param'))
    if (!(await deps.store.getLive(key))) throw runNotFound(key)
    const context = { deps, origin: deps.settings.publicUrl }
    const { listRunFiles } = await import('../../runs/files/run-files.ts')
    const { downloadUrl } = await import('../../runs/files/file-urls.ts')
    const files = await listRunFiles(deps, key, {})
    return respond(200, {
      items: await Promise.all(
        files.map(async (file) => ({
          name: file.name,
          size: file.size,
          updated_at: iso(file.updatedAt),
          url: await downloadUrl(context, file.key),
        })),
      ),
    })
  },
)
