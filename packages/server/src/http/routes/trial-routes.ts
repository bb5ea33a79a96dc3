import { AddTrialsRequest, EnqueueRequest, NextTrialRequest } from '@chimney/core/schema/api/trials'
import type { Json } from '@chimney/core/schema/json'
import { Hono } from 'hono'
import { requestTrials } from '../../sweeps/agents/request-trials.ts'
import { latestMetricValues } from '../../sweeps/events/latest-metric-values.ts'
import type { AddedTrial } from '../../sweeps/lifecycle/add-trials.ts'
import { pointOf } from '../../sweeps/results/point-best.ts'
import { listTrials, MAX_TRIAL_NUMBER } from '../../sweeps/trials/list-trials.ts'
import type { AppEnv } from '../app-env.ts'
import { access } from '../auth/access.ts'
import { idempotent } from '../body/idempotency-key.ts'
import { jsonBody } from '../body/json-body.ts'
import { query } from '../body/query.ts'
import { describeRoute, jsonResponse, problems } from '../reference/describe-route.ts'
import { handedTrial, trialBody } from '../responses/bodies.ts'
import { sweepNotFound } from '../responses/not-found.ts'
import { noContent, respond } from '../responses/respond.ts'
import { rowsOf } from './metric-routes.ts'
import { sweepKeyOf } from './path-names.ts'
import { CurvesQuery, ImportanceQuery, inBitmap, LatestQuery, numberCursor, TrialsQuery } from './queries.ts'
import { requireSweep } from './sweep-routes.ts'

const SWEEP = '/v1/:entity/:project/sweeps/:sweep'
const TRIALS = '/v1/:entity/:project/sweeps/:sweep/trials'

export const trialRoutes = new Hono<AppEnv>()
  .post(
    TRIALS,
    describeRoute({
      operationId: 'nextTrial',
      tags: ['Trials'],
      summary: 'Get the next trial or trials',
      responses: {
        201: jsonResponse('The trials', 'HandedTrials'),
        204: {
          description: 'The sweep is paused, or its run cap is reached while trials are running',
          headers: { 'Retry-After': { description: 'Seconds to wait', schema: { type: 'string' } } },
        },
        ...problems(404, 409),
      },
    }),
    access('ingest'),
    idempotent,
    jsonBody(NextTrialRequest, { count: 1, agent: 'laptop' }),
    async (c) => {
      const { deps, idempotencyKey } = c.var
      const { count, agent } = c.req.valid('json')
      const next = await requestTrials(deps, sweepKeyOf(c.req.valid('param')), {
        count,
        lasting: true,
        ...(agent !== undefined && { agent }),
        ...(idempotencyKey !== undefined && { idempotencyKey }),
      })
      if (next.kind === 'wait')
        return noContent({ 'Retry-After': String(Math.max(1, Math.ceil(next.seconds))) })
      return respond(201, {
        trials: next.trials.map(({ trial, leaseUntil }) => handedTrial(trial, leaseUntil)),
      })
    },
  )
  .get(
    TRIALS,
    describeRoute({
      operationId: 'listTrials',
      tags: ['Trials'],
      summary: 'List the trials of a sweep by number',
      responses: { 200: jsonResponse('A page of trials', 'TrialPage'), ...problems(404) },
    }),
    access('read', { shared: true }),
    query(TrialsQuery),
    async (c) => {
      const { deps } = c.var
      const { cursor, limit, state } = c.req.valid('query')
      const key = sweepKeyOf(c.req.valid('param'))
      const after = numberCursor(cursor, MAX_TRIAL_NUMBER) ?? 0
      const page = await listTrials(deps, key, { after, limit, states: state })
      if (page.trials.length === 0 && after === 0 && !(await deps.store.getHead(key)))
        throw sweepNotFound(key)
      return respond(200, {
        items: page.trials.map(trialBody),
        ...(page.after !== undefined && { next_cursor: String(page.after) }),
      })
    },
  )
  .post(
    `${SWEEP}/enqueue`,
    describeRoute({
      operationId: 'enqueueTrial',
      tags: ['Trials'],
      summary: 'Enqueue a trial with these parameters',
      responses: { 201: jsonResponse('The queued trial', 'Enqueued'), ...problems(404, 409) },
    }),
    access('write'),
    idempotent,
    jsonBody(EnqueueRequest, { params: { lr: 0.01, batch_size: 32 } }),
    async (c) => {
      const { deps, idempotencyKey } = c.var
      const { enqueueTrial } = await import('../../sweeps/handout/enqueue-trial.ts')
      const trial = await enqueueTrial(deps, sweepKeyOf(c.req.valid('param')), {
        params: c.req.valid('json').params as Json,
        ...(idempotencyKey !== undefined && { idempotencyKey }),
      })
      return respond(201, { number: trial.key.number, run: trial.run })
    },
  )
  .post(
    `${SWEEP}/add`,
    describeRoute({
      operationId: 'addTrials',
      tags: ['Trials'],
      summary: 'Add trials that ran elsewhere, with their results',
      responses: { 201: jsonResponse('The added trials', 'AddedTrials'), ...problems(404, 409) },
    }),
    access('write'),
    idempotent,
    jsonBody(AddTrialsRequest, {
      trials: [{ params: { lr: 0.01, batch_size: 32 }, points: [{ step: 1, values: { loss: 0.42 } }] }],
    }),
    async (c) => {
      const { deps, idempotencyKey } = c.var
      const { addTrials } = await import('../../sweeps/lifecycle/add-trials.ts')
      const { trials } = c.req.valid('json')
      const now = deps.clock.now()
      const added = await addTrials(deps, sweepKeyOf(c.req.valid('param')), {
        trials: trials.map(({ points, started_at, ended_at, ...rest }) => {
          const endedAt = ended_at === undefined ? now : Date.parse(ended_at)
          return {
            ...(rest as Omit<AddedTrial, 'rows'>),
            rows: rowsOf(points, endedAt),
            endedAt,
            startedAt: started_at === undefined ? endedAt : Date.parse(started_at),
          }
        }),
        ...(idempotencyKey !== undefined && { idempotencyKey }),
      })
      return respond(201, { trials: added.map(({ key, run }) => ({ number: key.number, run })) })
    },
  )
  .get(
    `${SWEEP}/best`,
    describeRoute({
      operationId: 'getBest',
      tags: ['Trials'],
      summary: 'The best trial so far',
      responses: { 200: jsonResponse('The trial with the best value', 'Trial'), ...problems(404) },
    }),
    access('read', { shared: true }),
    async (c) => {
      const { deps } = c.var
      const key = sweepKeyOf(c.req.valid('param'))
      const sweep = await requireSweep(deps, key)
      const { best } = sweep.head
      const trial = best && (await deps.store.getTrial({ ...key, number: best.number }))
      if (trial) {
        const result = await pointOf(deps, trial)
        const point = result && { count: result.count, mean: result.value, deviation: result.deviation }
        return respond(200, { ...trialBody(trial), ...(point && { point }) })
      }
      const { noBest } = await import('../../sweeps/diagnosis/no-best.ts')
      throw await noBest(deps, sweep)
    },
  )
  .get(
    `${SWEEP}/latest`,
    describeRoute({
      operationId: 'getLatest',
      tags: ['Trials'],
      summary: 'The last reported metric of running trials',
      responses: {
        200: jsonResponse('The requested runs that have a value', 'Latest'),
        ...problems(404),
      },
    }),
    access('read', { shared: true }),
    query(LatestQuery),
    async (c) => {
      const { deps } = c.var
      const { record } = await requireSweep(deps, sweepKeyOf(c.req.valid('param')))
      return respond(200, { items: await latestMetricValues(deps, record, c.req.valid('query').runs) })
    },
  )
  .get(
    `${SWEEP}/importance`,
    describeRoute({
      operationId: 'getImportance',
      tags: ['Trials'],
      summary: 'Parameter importance',
      responses: {
        200: jsonResponse('Parameters, most important first', 'Importance'),
        ...problems(404, 409),
      },
    }),
    access('read', { shared: true }),
    query(ImportanceQuery),
    async (c) => {
      const { deps } = c.var
      const { record, head } = await requireSweep(deps, sweepKeyOf(c.req.valid('param')))
      const { metric, numbers } = c.req.valid('query')
      // Not read at a cold start.
      const { sweepImportance } = await import('../../sweeps/search/importance.ts')
      const includes = numbers === undefined ? undefined : inBitmap(numbers)
      return respond(200, await sweepImportance(deps, record, head, { metric, includes }))
    },
  )
  .get(
    `${SWEEP}/curves`,
    describeRoute({
      operationId: 'getCurves',
      tags: ['Trials'],
      summary: 'A metric over the steps of many trials',
      responses: { 200: jsonResponse('The curves', 'TrialCurves'), ...problems(404) },
    }),
    access('read', { shared: true }),
    query(CurvesQuery),
    async (c) => {
      const { deps } = c.var
      const sweep = await requireSweep(deps, sweepKeyOf(c.req.valid('param')))
      const { metric, block } = c.req.valid('query')
      const { trialCurves } = await import('../../sweeps/trials/trial-curves.ts')
      return respond(200, { items: await trialCurves(deps, sweep, metric, block) })
    },
  )
  .get(
    `${SWEEP}/rungs`,
    describeRoute({
      operationId: 'getRungs',
      tags: ['Trials'],
      summary: 'How many trials reached each rung of early termination',
      responses: { 200: jsonResponse('Rungs, the lowest first', 'RungCounts'), ...problems(404) },
    }),
    access('read', { shared: true }),
    async (c) => {
      const { deps } = c.var
      const { record } = await requireSweep(deps, sweepKeyOf(c.req.valid('param')))
      const { rungCounts } = await import('../../sweeps/search/rung-counts.ts')
      return respond(200, { items: await rungCounts(deps, record) })
    },
  )
  .get(
    `${SWEEP}/diagnosis`,
    describeRoute({
      operationId: 'getDiagnosis',
      tags: ['Trials'],
      summary: 'What is wrong with a sweep',
      responses: { 200: jsonResponse('The findings', 'Diagnosis'), ...problems(404) },
    }),
    access('read', { shared: true }),
    async (c) => {
      const { deps } = c.var
      const sweep = await requireSweep(deps, sweepKeyOf(c.req.valid('param')))
      const { sweepDiagnosis } = await import('../../sweeps/diagnosis/sweep-diagnosis.ts')
      return respond(200, await sweepDiagnosis(deps, sweep))
    },
  )
  .get(
    `${SWEEP}/pareto`,
    describeRoute({
      operationId: 'getPareto',
      tags: ['Trials'],
      summary: 'The Pareto front',
      responses: { 200: jsonResponse('The front', 'Pareto'), ...problems(404, 409) },
    }),
    access('read'),
    async (c) => {
      const { deps } = c.var
      const { record } = await requireSweep(deps, sweepKeyOf(c.req.valid('param')))
      const { sweepPareto } = await import('../../sweeps/search/pareto.ts')
      const { trials, ...front } = await sweepPareto(deps, record)
      return respond(200, { ...front, trials: trials.map(trialBody) })
    },
  )
