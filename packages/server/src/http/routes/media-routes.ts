import { Hono } from 'hono'
import type { AppEnv } from '../app-env.ts'
import { access } from '../auth/access.ts'
import { query } from '../body/query.ts'
import { describeRoute, jsonResponse, problems } from '../reference/describe-route.ts'
import { runKeyOf } from './path-names.ts'
import { FileNameQuery, keyNames, MediaQuery, numberCursor } from './queries.ts'

const RUN = '/v1/:entity/:project/runs/:run'
export const mediaRoutes = new Hono<AppEnv>()
  .get(
    `${RUN}/media-keys`,
    describeRoute({
      operationId: 'listMediaKeys',
      tags: ['Metrics'],
      summary: 'List the keys under which a run logged images, tables and other media',
      responses: { 200: jsonResponse('Keys with their steps', 'MediaKeyPage'), ...problems(404) },
    }),
    access('read', { shared: true }),
    query(MediaQuery),
    async (c) => {
      const { from = 0, cursor, keys, key: _, ...rest } = c.req.valid('query')
      const start = numberCursor(cursor, Number.MAX_SAFE_INTEGER) ?? from
      const { mediaKeys } = await import('../responses/media.ts')
      return mediaKeys(c.var.deps, runKeyOf(c.req.valid('param')), {
        ...rest,
        keys: keyNames(keys, c.req.queries('key')),
        from: start,
      })
    },
  )
  .get(
    `${RUN}/media`,
    describeRoute({
      operationId: 'getMedia',
      tags: ['Metrics'],
      summary: 'Read the media of a run as they were logged',
      responses: { 200: jsonResponse('A page of rows', 'HistoryPage'), ...problems(404) },
    }),
    access('read', { shared: true }),
    query(MediaQuery),
    async (c) => {
      const { from = 0, cursor, keys, key: _, ...rest } = c.req.valid('query')
      const start = numberCursor(cursor, Number.MAX_SAFE_INTEGER) ?? from
      const { mediaPage } = await import('../responses/media.ts')
      return mediaPage(c.var.deps, runKeyOf(c.req.valid('param')), {
        ...rest,
        keys: keyNames(keys, c.req.queries('key')),
        from: start,
      })
    },
  )
  .get(
    `${RUN}/file-urls`,
    describeRoute({
      operationId: 'getFileUrls',
      tags: ['Runs'],
      summary: 'Get addresses of files of a run that work without a key for an hour',
      responses: { 200: jsonResponse('The addresses', 'FileAddresses'), ...problems(404) },
    }),
    access('read', { shared: true }),
    query(FileNameQuery),
    async (c) => {
      const { fileUrls } = await import('../responses/media.ts')
      return fileUrls(c.var.deps, runKeyOf(c.req.valid('param')), c.req.queries('name') ?? [], !c.var.caller)
    },
  )
  .get(
    `${RUN}/html`,
    describeRoute({
      operationId: 'getHtml',
      tags: ['Runs'],
      summary: 'Show an HTML file of a run in a sandbox, up to 4 MB',
      responses: {
        200: { description: 'The file', content: { 'text/html': { schema: { type: 'string' } } } },
        ...problems(404, 413),
      },
    }),
    access('read', { shared: true }),
    query(FileNameQuery),
    async (c) => {
      const { htmlPage } = await import('../responses/media.ts')
      return htmlPage(c.var.deps, runKeyOf(c.req.valid('param')), c.req.valid('query').name, !c.var.caller)
    },
  )
