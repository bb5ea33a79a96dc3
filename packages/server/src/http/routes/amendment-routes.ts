import { RequeueRequest, VoidRequest } from '@chimney/core/schema/api/trials'
import { Hono } from 'hono'
import { loadOnce } from '../../load-once.ts'
import type { AppEnv } from '../app-env.ts'
import { access } from '../auth/access.ts'
import { jsonBody } from '../body/json-body.ts'
import { query } from '../body/query.ts'
import { describeRoute, jsonResponse, problems } from '../reference/describe-route.ts'
import { trialBody } from '../responses/bodies.ts'
import { respond } from '../responses/respond.ts'
import { sweepKeyOf } from './path-names.ts'
import { RequeueQuery } from './queries.ts'

/** Not read at a cold start. */
const voids = loadOnce(() => import('../../sweeps/amendments/void-trials.ts'))
const requeues = loadOnce(() => import('../../sweeps/amendments/requeue-trials.ts'))

const TRIALS = '/v1/:entity/:project/sweeps/:sweep/trials'
const TRIAL = '/v1/:entity/:project/sweeps/:sweep/trials/:number'

/** Changes of trials that have ended. */
export const amendmentRoutes = new Hono<AppEnv>()
  .get(
    TRIAL,
    describeRoute({
      operationId: 'getTrial',
      tags: ['Trials'],
      summary: 'Read a trial',
      responses: { 200: jsonResponse('The trial', 'Trial'), ...problems(404) },
    }),
    access('read', { shared: true }),
    async (c) => {
      const names = c.req.valid('param')
      const { requireTrial } = await voids()
      return respond(200, trialBody(await requireTrial(c.var.deps, sweepKeyOf(names), Number(names.number))))
    },
  )
  .post(
    `${TRIAL}/void`,
    describeRoute({
      operationId: 'voidTrial',
      tags: ['Trials'],
      summary: 'Void the result of a trial',
      responses: { 200: jsonResponse('The trial', 'Trial'), ...problems(404, 409) },
    }),
    access('write'),
    jsonBody(VoidRequest, { reason: 'the loss was computed on the training set' }),
    async (c) => {
      const names = c.req.valid('param')
      const { reason } = c.req.valid('json')
      const { voidTrial } = await voids()
      const trial = await voidTrial(c.var.deps, sweepKeyOf(names), Number(names.number), reason)
      return respond(200, trialBody(trial))
    },
  )
  .post(
    `${TRIAL}/requeue`,
    describeRoute({
      operationId: 'requeueTrial',
      tags: ['Trials'],
      summary: 'Run a trial again',
      responses: { 200: jsonResponse('The queued trial', 'Trial'), ...problems(404, 409) },
    }),
    access('write'),
    jsonBody(RequeueRequest, {}),
    async (c) => {
      const names = c.req.valid('param')
      const { requeueTrial } = await requeues()
      const trial = await requeueTrial(c.var.deps, sweepKeyOf(names), Number(names.number))
      return respond(200, trialBody(trial))
    },
  )
  .post(
    `${TRIALS}/requeue`,
    describeRoute({
      operationId: 'requeueTrials',
      tags: ['Trials'],
      summary: 'Run all trials again that ended in a state',
      responses: { 200: jsonResponse('The queued trials', 'Requeued'), ...problems(404, 409) },
    }),
    access('write'),
    jsonBody(RequeueRequest, {}),
    query(RequeueQuery),
    async (c) => {
      const key = sweepKeyOf(c.req.valid('param'))
      const { requeueByState } = await requeues()
      const { trials, more } = await requeueByState(c.var.deps, key, c.req.valid('query').state)
      return respond(200, { items: trials.map(trialBody), more })
    },
  )
