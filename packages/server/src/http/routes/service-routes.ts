import { Hono } from 'hono'
import manifest from '../../../package.json' with { type: 'json' }
import type { AppEnv } from '../app-env.ts'
import { open } from '../auth/access.ts'
import { prefixOf } from '../public-address.ts'
import { describeRoute, jsonResponse } from '../reference/describe-route.ts'
import { gzipJson } from '../responses/gzip-json.ts'
import { respond, respondText } from '../responses/respond.ts'

/** The documents change only with a deployment. */
const CACHED = { 'Cache-Control': 'public, max-age=300' }

/** Generated when the project is built, and loaded with the first request. */
const openapi = async () =>
  (await import('../reference/generated/openapi.json', { with: { type: 'json' } })).default
const sweepSchema = async () =>
  (await import('../reference/generated/sweep.schema.json', { with: { type: 'json' } })).default

export const serviceRoutes = new Hono<AppEnv>()
  .get(
    '/healthz',
    describeRoute({
      operationId: 'getHealth',
      tags: ['Service'],
      summary: 'Whether the service is ready',
      responses: { 200: jsonResponse('The service is ready', 'Health') },
    }),
    open,
    () => respond(200, { status: 'ok', version: manifest.version }),
  )
  .get(
    '/openapi.json',
    describeRoute({
      operationId: 'getOpenapi',
      tags: ['Service'],
      summary: 'This document',
      responses: { 200: jsonResponse('OpenAPI 3.1', 'AnyObject') },
    }),
    open,
    gzipJson,
    async (c) => {
      const { servers: [server] = [], ...document } = await openapi()
      const url = prefixOf(c.var.deps.settings.publicUrl) || '/'
      return respondText(200, JSON.stringify({ ...document, servers: [{ ...server, url }] }), CACHED)
    },
  )
  .get(
    '/sweep.schema.json',
    describeRoute({
      operationId: 'getSweepSchema',
      tags: ['Service'],
      summary: 'JSON Schema of sweep configs, for editors',
      responses: { 200: jsonResponse('JSON Schema 2020-12', 'AnyObject') },
    }),
    open,
    gzipJson,
    async () => respondText(200, JSON.stringify(await sweepSchema()), CACHED),
  )
  .get(
    '/docs',
    describeRoute({
      operationId: 'getDocs',
      tags: ['Service'],
      summary: 'This document as a page',
      responses: {
        200: { description: 'A page', content: { 'text/html': { schema: { type: 'string' } } } },
      },
    }),
    open,
    async (c) => {
      const { docsPage } = await import('../reference/docs-page.ts')
      return docsPage(prefixOf(c.var.deps.settings.publicUrl), CACHED)
    },
  )
