import {
  ClaimRequest,
  FinishRequest,
  HeartbeatRequest,
  RunCreate,
  RunPatch,
  RunsDelete,
} from '@chimney/core/schema/api/runs'
import type { Json } from '@chimney/core/schema/json'
import { Hono } from 'hono'
import { claimRun } from '../../runs/lifecycle/claim-run.ts'
import { createRun } from '../../runs/lifecycle/create-run.ts'
import { finishRun } from '../../runs/lifecycle/finish-run.ts'
import { heartbeat } from '../../runs/lifecycle/heartbeat.ts'
import type { AppEnv } from '../app-env.ts'
import { access } from '../auth/access.ts'
import { idempotent } from '../body/idempotency-key.ts'
import { jsonBody } from '../body/json-body.ts'
import { query } from '../body/query.ts'
import { describeRoute, jsonResponse, problems } from '../reference/describe-route.ts'
import { claimedBody, iso, runBody } from '../responses/bodies.ts'
import { requireProject, runNotFound } from '../responses/not-found.ts'
import { noContent, respond, respondText } from '../responses/respond.ts'
import { projectKeyOf, runKeyOf } from './path-names.ts'
import { PageQuery, RunTableQuery } from './queries.ts'

const RUNS = '/v1/:entity/:project/runs'
const RUN = '/v1/:entity/:project/runs/:run'

export const runRoutes = new Hono<AppEnv>()
  .post(
    RUNS,
    describeRoute({
      operationId: 'createRun',
      tags: ['Runs'],
      summary: 'Start a run outside of sweeps',
      responses: { 201: jsonResponse('The new run', 'Run'), ...problems(409) },
    }),
    access('ingest'),
    idempotent,
    jsonBody(RunCreate, { name: 'baseline', config: { lr: 0.001 } }),
    async (c) => {
      const { deps, idempotencyKey } = c.var
      const { record, live } = await createRun(deps, {
        ...projectKeyOf(c.req.valid('param')),
        body: c.req.valid('json'),
        ...(idempotencyKey !== undefined && { idempotencyKey }),
      })
      return respond(201, runBody(deps.settings.publicUrl, record, live))
    },
  )
  .get(
    RUNS,
    describeRoute({
      operationId: 'listRuns',
      tags: ['Runs'],
      summary: 'List the runs of a project, newest first',
      responses: { 200: jsonResponse('A page of runs', 'RunPage'), ...problems(404) },
    }),
    access('read'),
    query(PageQuery),
    async (c) => {
      const { deps } = c.var
      const project = projectKeyOf(c.req.valid('param'))
      const page = await deps.store.listRuns(project, c.req.valid('query'))
      await requireProject(deps, project, page.items.length > 0)
      const items = page.items.map(({ record, live }) => runBody(deps.settings.publicUrl, record, live))
      return respond(200, { items, next_cursor: page.cursor })
    },
  )
  .get(
    '/v1/:entity/:project/run-table',
    describeRoute({
      operationId: 'getRunTable',
      tags: ['Runs'],
      summary: 'Read all runs of a project as rows of a table, oldest first',
      responses: { 200: jsonResponse('A page of rows', 'RunTable'), ...problems(404) },
    }),
    access('read'),
    query(RunTableQuery),
    async (c) => {
      const { deps } = c.var
      const project = projectKeyOf(c.req.valid('param'))
      const { runTable } = await import('../run-table/run-table.ts')
      const { rows, next } = await runTable(deps, project, c.req.valid('query').cursor)
      await requireProject(deps, project, rows.length > 0)
      const tail = next === undefined ? '' : `,"next_cursor":${JSON.stringify(next)}`
      return respondText(200, `{"items":[${rows.join(',')}]${tail}}`)
    },
  )
  .post(
    `${RUNS}/delete`,
    describeRoute({
      operationId: 'deleteRuns',
      tags: ['Runs'],
      summary: 'Delete all runs that match',
      responses: { 200: jsonResponse('How many were deleted', 'RunsDeleted'), ...problems(404) },
    }),
    access('write'),
    jsonBody(RunsDelete, { states: ['failed', 'crashed'] }),
    async (c) => {
      const { deps } = c.var
      const project = projectKeyOf(c.req.valid('param'))
      await requireProject(deps, project, false)
      const { states, sweep, group, tag, created_before } = c.req.valid('json')
      const { deleteRuns } = await import('../../runs/lifecycle/delete-runs.ts')
      const deleted = await deleteRuns(deps, project, {
        ...(states && { states }),
        ...(sweep !== undefined && { sweep }),
        ...(group !== undefined && { group }),
        ...(tag !== undefined && { tag }),
        ...(created_before !== undefined && { before: Date.parse(created_before) }),
      })
      return respond(200, deleted)
    },
  )
  .get(
    RUN,
    describeRoute({
      operationId: 'getRun',
      tags: ['Runs'],
      summary: 'Read a run',
      responses: { 200: jsonResponse('The run', 'Run'), ...problems(404) },
    }),
    access('read', { shared: true }),
    async (c) => {
      const { deps } = c.var
      const key = runKeyOf(c.req.valid('param'))
      const found = await deps.store.getRun(key)
      if (!found) throw runNotFound(key)
      return respond(200, runBody(deps.settings.publicUrl, found.record, found.live))
    },
  )
  .patch(
    RUN,
    describeRoute({
      operationId: 'updateRun',
      tags: ['Runs'],
      summary: 'Change a run, or request a stop',
      responses: { 200: jsonResponse('The run after the change', 'Run'), ...problems(404, 409) },
    }),
    access('ingest'),
    jsonBody(RunPatch, { stop: true }),
    async (c) => {
      const { deps } = c.var
      const { updateRun } = await import('../../runs/lifecycle/update-run.ts')
      const { record, live, reason } = await updateRun(
        deps,
        runKeyOf(c.req.valid('param')),
        c.req.valid('json'),
      )
      const body = runBody(deps.settings.publicUrl, record, live)
      return respond(200, { ...body, ...(reason !== undefined && { warnings: [reason] }) })
    },
  )
  .delete(
    RUN,
    describeRoute({
      operationId: 'deleteRun',
      tags: ['Runs'],
      summary: 'Delete a run with its history and files',
      responses: { 204: { description: 'Deleted' }, ...problems(404, 409) },
    }),
    access('write'),
    async (c) => {
      const { deleteRun } = await import('../../runs/lifecycle/delete-run.ts')
      await deleteRun(c.var.deps, runKeyOf(c.req.valid('param')))
      return noContent()
    },
  )
  .post(
    `${RUN}/claim`,
    describeRoute({
      operationId: 'claimRun',
      tags: ['Runs'],
      summary: 'Claim the queued trial of an SQS message',
      responses: {
        200: jsonResponse('The caller owns the trial until `lease_until`', 'Claimed'),
        ...problems(404, 409),
      },
    }),
    access('ingest'),
    idempotent,
    jsonBody(ClaimRequest, { attempt: 1 }),
    async (c) => {
      const { deps, idempotencyKey } = c.var
      const { attempt, agent } = c.req.valid('json')
      const claimed = await claimRun(deps, runKeyOf(c.req.valid('param')), {
        attempt,
        ...(agent !== undefined && { agent }),
        ...(idempotencyKey !== undefined && { idempotencyKey }),
      })
      return respond(200, claimedBody(claimed.live, claimed.params, deps.clock.now()))
    },
  )
  .post(
    `${RUN}/heartbeat`,
    describeRoute({
      operationId: 'heartbeat',
      tags: ['Runs'],
      summary: 'Renew the lease of a run, and learn whether to stop',
      responses: {
        200: jsonResponse('The lease was renewed', 'HeartbeatAnswer'),
        ...problems(404, 409),
      },
    }),
    access('ingest'),
    jsonBody(HeartbeatRequest, { attempt: 1 }),
    async (c) => {
      const { attempt } = c.req.valid('json')
      const { stop, reason, leaseUntil } = await heartbeat(c.var.deps, runKeyOf(c.req.valid('param')), {
        ...(attempt !== undefined && { attempt }),
      })
      return respond(200, {
        stop,
        ...(reason !== undefined && { reason }),
        lease_until: leaseUntil === undefined ? null : iso(leaseUntil),
      })
    },
  )
  .post(
    `${RUN}/finish`,
    describeRoute({
      operationId: 'finishRun',
      tags: ['Runs'],
      summary: 'End a run, or release its trial',
      responses: {
        200: jsonResponse('The state of the run now', 'FinishAnswer'),
        ...problems(404, 409),
      },
    }),
    access('ingest'),
    jsonBody(FinishRequest, { state: 'finished', exit_code: 0, summary: { val_acc: 0.97 } }),
    async (c) => {
      const { state, exit_code, reason, summary, attempt, interrupted_seconds_ago, ended_at } =
        c.req.valid('json')
      const ended = await finishRun(c.var.deps, runKeyOf(c.req.valid('param')), {
        state,
        ...(exit_code !== undefined && { exitCode: exit_code }),
        ...(reason !== undefined && { reason }),
        ...(summary !== undefined && { summary: summary as Record<string, Json> }),
        ...(attempt !== undefined && { attempt }),
        ...(ended_at !== undefined && { endedAt: Date.parse(ended_at) }),
        ...(interrupted_seconds_ago !== undefined && { interruptedSecondsAgo: interrupted_seconds_ago }),
      })
      return respond(200, ended)
    },
  )
