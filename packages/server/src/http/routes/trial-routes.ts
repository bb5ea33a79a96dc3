import { EnqueueRequest, NextTrialRequest } from '@chimney/core/schema/api/trials'
import type { Json } from '@chimney/core/schema/json'
import { sweepPath } from '@chimney/core/schema/names'
import { Problem } from '@chimney/core/schema/problem'
import { latestMetricValues } from '../../sweeps/events/latest-metric-values.ts'
import { enqueueTrial } from '../../sweeps/handout/enqueue-trial.ts'
import { nextTrial } from '../../sweeps/handout/next-trial.ts'
import { sweepImportance } from '../../sweeps/search/importance.ts'
import { sweepPareto } from '../../sweeps/search/pareto.ts'
import { listTrials, MAX_TRIAL_NUMBER } from '../../sweeps/trials/list-trials.ts'
import { answer, noContent } from '../answers/answer.ts'
import { sweepNotFound } from '../answers/not-found.ts'
import { handedTrial, trialBody } from '../answers/present.ts'
import { type Route, route } from '../route.ts'
import { sweepKeyOf } from './path-names.ts'
import { LatestQuery, numberCursor, TrialsQuery } from './queries.ts'
import { requireSweep } from './sweep-routes.ts'

const SWEEP = '/v1/{entity}/{project}/sweeps/{sweep}'

export const trialRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: `${SWEEP}/trials`,
    id: 'nextTrial',
    scope: 'ingest',
    tag: 'Trials',
    summary: 'Get the next trial or trials',
    description:
      'Each trial belongs to the caller until `lease_until`; metrics and heartbeats renew the lease. With 204 there is nothing to do right now: ask again after `Retry-After` seconds. With 409 `sweep-finished` there will be none.',
    creates: true,
    body: { schema: NextTrialRequest, name: 'NextTrialRequest', example: { count: 1, agent: 'laptop' } },
    answers: {
      201: { description: 'The trials', schema: 'HandedTrials' },
      204: { description: 'The sweep is paused or full', headers: { 'Retry-After': 'Seconds to wait' } },
    },
    problems: [404, 409],
    handle: async ({ deps, names, body, idempotencyKey }) => {
      const { count, agent } = body
      const next = await nextTrial(deps, sweepKeyOf(names), {
        count,
        ...(agent !== undefined && { agent }),
        ...(idempotencyKey !== undefined && { idempotencyKey }),
      })
      if (next.kind === 'wait')
        return noContent({ 'Retry-After': String(Math.max(1, Math.ceil(next.seconds))) })
      return answer(201, {
        trials: next.trials.map(({ trial, leaseUntil }) => handedTrial(trial, leaseUntil)),
      })
    },
  }),
  route({
    method: 'GET',
    path: `${SWEEP}/trials`,
    id: 'listTrials',
    shared: true,
    tag: 'Trials',
    summary: 'List the trials of a sweep by number',
    query: TrialsQuery,
    answers: { 200: { description: 'A page of trials', schema: 'TrialPage' } },
    problems: [404],
    handle: async ({ deps, names, query }) => {
      const key = sweepKeyOf(names)
      const after = numberCursor(query.cursor, MAX_TRIAL_NUMBER) ?? 0
      const page = await listTrials(deps, key, { after, limit: query.limit, states: query.state })
      if (page.trials.length === 0 && after === 0 && !(await deps.store.getHead(key)))
        throw sweepNotFound(key)
      return answer(200, {
        items: page.trials.map(trialBody),
        ...(page.after !== undefined && { next_cursor: String(page.after) }),
      })
    },
  }),
  route({
    method: 'POST',
    path: `${SWEEP}/enqueue`,
    id: 'enqueueTrial',
    tag: 'Trials',
    summary: 'Try these parameters next',
    creates: true,
    body: {
      schema: EnqueueRequest,
      name: 'EnqueueRequest',
      example: { params: { lr: 0.01, batch_size: 32 } },
    },
    answers: { 201: { description: 'The queued trial', schema: 'Enqueued' } },
    problems: [404, 409],
    handle: async ({ deps, names, body, idempotencyKey }) => {
      const trial = await enqueueTrial(deps, sweepKeyOf(names), {
        params: body.params as Json,
        ...(idempotencyKey !== undefined && { idempotencyKey }),
      })
      return answer(201, { number: trial.key.number, run: trial.run })
    },
  }),
  route({
    method: 'GET',
    path: `${SWEEP}/best`,
    id: 'getBest',
    shared: true,
    tag: 'Trials',
    summary: 'The best trial so far',
    answers: { 200: { description: 'The trial with the best value', schema: 'Trial' } },
    problems: [404],
    handle: async ({ deps, names }) => {
      const key = sweepKeyOf(names)
      const { head } = await requireSweep(deps, key)
      const best = head.best && (await deps.store.getTrial({ ...key, number: head.best.number }))
      if (best) return answer(200, trialBody(best))
      throw new Problem(
        'not-found',
        'no-best-yet',
        `no trial of sweep ${sweepPath(key)} has told a value yet`,
      )
    },
  }),
  route({
    method: 'GET',
    path: `${SWEEP}/latest`,
    id: 'getLatest',
    shared: true,
    tag: 'Trials',
    summary: 'What running trials have told of the metric last',
    description:
      'A trial has a `value` only when it has ended; this is where it stands until then. Runs that are not running, or have told no number yet, are left out.',
    query: LatestQuery,
    answers: { 200: { description: 'The runs of those asked for that have a number', schema: 'Latest' } },
    problems: [404],
    handle: async ({ deps, names, query }) => {
      const { record } = await requireSweep(deps, sweepKeyOf(names))
      return answer(200, { items: await latestMetricValues(deps, record, query.runs) })
    },
  }),
  route({
    method: 'GET',
    path: `${SWEEP}/importance`,
    id: 'getImportance',
    shared: true,
    tag: 'Trials',
    summary: 'How much each parameter matters for the metric',
    description:
      'Spearman rank correlation, and the share of variance that each parameter explains by itself. Neither sees interactions; below some twenty trials both are noise.',
    answers: { 200: { description: 'Parameters, most important first', schema: 'Importance' } },
    problems: [404, 409],
    handle: async ({ deps, names }) => {
      const { record, head } = await requireSweep(deps, sweepKeyOf(names))
      return answer(200, await sweepImportance(deps, record, head))
    },
  }),
  route({
    method: 'GET',
    path: `${SWEEP}/pareto`,
    id: 'getPareto',
    tag: 'Trials',
    summary: 'The trials that no other one beats in every metric',
    description:
      'Of sweeps with several `metrics`: finished trials that keep the constraints, and the volume that they dominate, measured from the worst value of each metric.',
    answers: { 200: { description: 'The front', schema: 'Pareto' } },
    problems: [404, 409],
    handle: async ({ deps, names }) => {
      const { record } = await requireSweep(deps, sweepKeyOf(names))
      const { trials, ...front } = await sweepPareto(deps, record)
      return answer(200, { ...front, trials: trials.map(trialBody) })
    },
  }),
]
