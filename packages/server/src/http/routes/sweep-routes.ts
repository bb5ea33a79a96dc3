import { SweepPatch } from '@chimney/core/schema/api/sweeps'
import { type SweepKey, sweepPath } from '@chimney/core/schema/names'
import { Hono } from 'hono'
import type { Deps } from '../../deps.ts'
import { sweepUrl } from '../../page-url.ts'
import type { SweepHead, SweepRecord } from '../../store/sweeps.ts'
import type { AppEnv } from '../app-env.ts'
import { access } from '../auth/access.ts'
import { idempotent } from '../body/idempotency-key.ts'
import { jsonBody } from '../body/json-body.ts'
import { query } from '../body/query.ts'
import { textBody } from '../body/text-body.ts'
import { prefixOf } from '../public-address.ts'
import { describeRoute, jsonResponse, problems } from '../reference/describe-route.ts'
import { sweepBody } from '../responses/bodies.ts'
import { requireProject, sweepNotFound } from '../responses/not-found.ts'
import { noContent, respond } from '../responses/respond.ts'
import { projectKeyOf, sweepKeyOf } from './path-names.ts'
import { PageQuery } from './queries.ts'

const SWEEPS = '/v1/:entity/:project/sweeps'
const SWEEP = '/v1/:entity/:project/sweeps/:sweep'

/** A million characters, see `parseSweepConfig`, of at most four bytes. */
const MAX_CONFIG_BYTES = 4_000_000

const EXAMPLE = `method: random
metric: {name: val_acc, goal: maximize}
parameters:
  lr: {min: 0.0001, max: 0.1}
  batch_size: {values: [16, 32, 64]}
run_cap: 20
`

export async function requireSweep(
  deps: Pick<Deps, 'store'>,
  key: SweepKey,
): Promise<{ record: SweepRecord; head: SweepHead }> {
  const found = await deps.store.getSweep(key)
  if (!found) throw sweepNotFound(key)
  return found
}

export const sweepRoutes = new Hono<AppEnv>()
  .post(
    SWEEPS,
    describeRoute({
      operationId: 'createSweep',
      tags: ['Sweeps'],
      summary: 'Create a sweep from a W&B sweep config',
      responses: {
        201: {
          ...jsonResponse('The sweep', 'SweepCreated'),
          headers: { Location: { description: 'Path of the sweep', schema: { type: 'string' } } },
        },
      },
    }),
    access('write'),
    idempotent,
    textBody(
      {
        'application/json': { schema: 'SweepConfig' },
        // A document about JSON knows YAML as a string.
        'application/yaml': {
          schema: { type: 'string', description: 'SweepConfig as YAML' },
          example: EXAMPLE,
        },
      },
      MAX_CONFIG_BYTES,
    ),
    async (c) => {
      const { deps, text, idempotencyKey } = c.var
      const { createSweep } = await import('../../sweeps/lifecycle/create-sweep.ts')
      const { record, warnings } = await createSweep(deps, {
        ...projectKeyOf(c.req.valid('param')),
        source: text,
        ...(idempotencyKey !== undefined && { idempotencyKey }),
      })
      const { key } = record
      const project = [key.entity, key.project].map(encodeURIComponent).join('/')
      return respond(
        201,
        { id: key.sweep, path: sweepPath(key), url: sweepUrl(deps.settings.publicUrl, key), warnings },
        { Location: `${prefixOf(deps.settings.publicUrl)}/v1/${project}/sweeps/${key.sweep}` },
      )
    },
  )
  .get(
    SWEEPS,
    describeRoute({
      operationId: 'listSweeps',
      tags: ['Sweeps'],
      summary: 'List the sweeps of a project, newest first',
      responses: { 200: jsonResponse('A page of sweeps', 'SweepPage'), ...problems(404) },
    }),
    access('read'),
    query(PageQuery),
    async (c) => {
      const { deps } = c.var
      const project = projectKeyOf(c.req.valid('param'))
      const page = await deps.store.listSweeps(project, c.req.valid('query'))
      await requireProject(deps, project, page.items.length > 0)
      const items = page.items.map(({ record, head }) => sweepBody(deps.settings.publicUrl, record, head))
      return respond(200, { items, next_cursor: page.cursor })
    },
  )
  .get(
    SWEEP,
    describeRoute({
      operationId: 'getSweep',
      tags: ['Sweeps'],
      summary: 'Read a sweep',
      responses: { 200: jsonResponse('The sweep', 'Sweep'), ...problems(404) },
    }),
    access('read', { shared: true }),
    async (c) => {
      const { deps } = c.var
      const { record, head } = await requireSweep(deps, sweepKeyOf(c.req.valid('param')))
      return respond(200, sweepBody(deps.settings.publicUrl, record, head))
    },
  )
  .patch(
    SWEEP,
    describeRoute({
      operationId: 'updateSweep',
      tags: ['Sweeps'],
      summary: 'Pause, resume, finish or cancel a sweep; change its run cap, name or description',
      responses: { 200: jsonResponse('The sweep after the change', 'Sweep'), ...problems(404, 409) },
    }),
    access('write'),
    jsonBody(SweepPatch, { state: 'paused' }),
    async (c) => {
      const { deps } = c.var
      const { updateSweep } = await import('../../sweeps/lifecycle/update-sweep.ts')
      const { record, head } = await updateSweep(deps, sweepKeyOf(c.req.valid('param')), c.req.valid('json'))
      return respond(200, sweepBody(deps.settings.publicUrl, record, head))
    },
  )
  .delete(
    SWEEP,
    describeRoute({
      operationId: 'deleteSweep',
      tags: ['Sweeps'],
      summary: 'Delete a sweep with its trials',
      responses: { 204: { description: 'Deleted' }, ...problems(404, 409) },
    }),
    access('write'),
    async (c) => {
      const { deleteSweep } = await import('../../sweeps/lifecycle/delete-sweep.ts')
      await deleteSweep(c.var.deps, sweepKeyOf(c.req.valid('param')))
      return noContent()
    },
  )
