import { Hono } from 'hono'
import { sweepUrl } from '../../page-url.ts'
import { sharedSince, shareSweep, unshareSweep } from '../../sweeps/lifecycle/share-sweep.ts'
import type { AppEnv } from '../app-env.ts'
import { access } from '../auth/access.ts'
import { describeRoute, jsonResponse, problems } from '../reference/describe-route.ts'
import { iso } from '../responses/bodies.ts'
import { noContent, respond } from '../responses/respond.ts'
import { sweepKeyOf } from './path-names.ts'
import { requireSweep } from './sweep-routes.ts'

const SHARE = '/v1/:entity/:project/sweeps/:sweep/share'

export const shareRoutes = new Hono<AppEnv>()
  .post(
    SHARE,
    describeRoute({
      operationId: 'shareSweep',
      tags: ['Sweeps'],
      summary: 'Create a view-only link to the sweep',
      responses: { 201: jsonResponse('The link', 'ShareCreated'), ...problems(404) },
    }),
    access('write'),
    async (c) => {
      const { deps } = c.var
      const key = sweepKeyOf(c.req.valid('param'))
      await requireSweep(deps, key)
      const { token, at } = await shareSweep(deps, key)
      const url = `${sweepUrl(deps.settings.publicUrl, key)}#share=${token}`
      return respond(201, { url, created_at: iso(at) })
    },
  )
  .get(
    SHARE,
    describeRoute({
      operationId: 'getShare',
      tags: ['Sweeps'],
      summary: 'Whether the sweep has a view-only link',
      responses: { 200: jsonResponse('Creation time of the link', 'Share'), ...problems(404) },
    }),
    access('read'),
    async (c) => {
      const { deps } = c.var
      const key = sweepKeyOf(c.req.valid('param'))
      await requireSweep(deps, key)
      const since = await sharedSince(deps, key)
      return respond(200, { created_at: since === undefined ? null : iso(since) })
    },
  )
  .delete(
    SHARE,
    describeRoute({
      operationId: 'unshareSweep',
      tags: ['Sweeps'],
      summary: 'Revoke the view-only link',
      responses: { 204: { description: 'Revoked' }, ...problems(404) },
    }),
    access('write'),
    async (c) => {
      const { deps } = c.var
      const key = sweepKeyOf(c.req.valid('param'))
      await requireSweep(deps, key)
      await unshareSweep(deps, key)
      return noContent()
    },
  )
