import {
  ClaimRequest,
  FinishRequest,
  HeartbeatRequest,
  RunCreate,
  RunPatch,
} from '@chimney/core/schema/api/runs'
import type { Json } from '@chimney/core/schema/json'
import { claimRun } from '../../runs/lifecycle/claim-run.ts'
import { createRun } from '../../runs/lifecycle/create-run.ts'
import { deleteRun } from '../../runs/lifecycle/delete-run.ts'
import { finishRun } from '../../runs/lifecycle/finish-run.ts'
import { heartbeat } from '../../runs/lifecycle/heartbeat.ts'
import { updateRun } from '../../runs/lifecycle/update-run.ts'
import { answer, noContent } from '../answers/answer.ts'
import { requireProject, runNotFound } from '../answers/not-found.ts'
import { claimedBody, iso, runBody } from '../answers/present.ts'
import { type Route, route } from '../route.ts'
import { projectKeyOf, runKeyOf } from './path-names.ts'
import { PageQuery } from './queries.ts'

const RUNS = '/v1/{entity}/{project}/runs'
const RUN = `${RUNS}/{run}`

export const runRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: RUNS,
    id: 'createRun',
    scope: 'ingest',
    tag: 'Runs',
    summary: 'Start a run that no sweep asked for',
    creates: true,
    body: { schema: RunCreate, name: 'RunCreate', example: { name: 'baseline', config: { lr: 0.001 } } },
    answers: { 201: { description: 'The new run', schema: 'Run' } },
    problems: [409],
    handle: async ({ deps, names, body, idempotencyKey }) => {
      const { record, live } = await createRun(deps, {
        ...projectKeyOf(names),
        body,
        ...(idempotencyKey !== undefined && { idempotencyKey }),
      })
      return answer(201, runBody(deps.settings.publicUrl, record, live))
    },
  }),
  route({
    method: 'GET',
    path: RUNS,
    id: 'listRuns',
    tag: 'Runs',
    summary: 'List the runs of a project, newest first',
    query: PageQuery,
    answers: { 200: { description: 'A page of runs', schema: 'RunPage' } },
    problems: [404],
    handle: async ({ deps, names, query }) => {
      const page = await deps.store.listRuns(projectKeyOf(names), query)
      await requireProject(deps, projectKeyOf(names), page.items.length > 0)
      const items = page.items.map(({ record, live }) => runBody(deps.settings.publicUrl, record, live))
      return answer(200, { items, next_cursor: page.cursor })
    },
  }),
  route({
    method: 'GET',
    path: RUN,
    id: 'getRun',
    shared: true,
    tag: 'Runs',
    summary: 'Read a run',
    answers: { 200: { description: 'The run', schema: 'Run' } },
    problems: [404],
    handle: async ({ deps, names }) => {
      const found = await deps.store.getRun(runKeyOf(names))
      if (!found) throw runNotFound(runKeyOf(names))
      return answer(200, runBody(deps.settings.publicUrl, found.record, found.live))
    },
  }),
  route({
    method: 'PATCH',
    path: RUN,
    id: 'updateRun',
    scope: 'ingest',
    tag: 'Runs',
    summary: 'Change a run, or ask it to stop',
    description:
      '`{"stop": true}` is told to the agent in the next answer that it gets; the run ends as `killed`.',
    body: { schema: RunPatch, name: 'RunPatch', example: { stop: true } },
    answers: { 200: { description: 'The run after the change', schema: 'Run' } },
    problems: [404, 409],
    handle: async ({ deps, names, body }) => {
      const { record, live } = await updateRun(deps, runKeyOf(names), body)
      return answer(200, runBody(deps.settings.publicUrl, record, live))
    },
  }),
  route({
    method: 'DELETE',
    path: RUN,
    id: 'deleteRun',
    tag: 'Runs',
    summary: 'Delete a run with its history',
    answers: { 204: { description: 'Deleted' } },
    problems: [404, 409],
    handle: async ({ deps, names }) => {
      await deleteRun(deps, runKeyOf(names))
      return noContent()
    },
  }),
  route({
    method: 'POST',
    path: `${RUN}/claim`,
    id: 'claimRun',
    scope: 'ingest',
    tag: 'Runs',
    summary: 'Claim a queued trial that a message named',
    description:
      'What an agent function sends first. `attempt` is the one of the message: a duplicate of the message gets 409 `lease-taken`, and one for a run that is over 409 `run-ended`; both can be dropped.',
    creates: true,
    body: { schema: ClaimRequest, name: 'ClaimRequest', example: { attempt: 1 } },
    answers: { 200: { description: 'The trial is yours until `lease_until`', schema: 'Claimed' } },
    problems: [404, 409],
    handle: async ({ deps, names, body, idempotencyKey }) => {
      const { attempt, agent } = body
      const claimed = await claimRun(deps, runKeyOf(names), {
        attempt,
        ...(agent !== undefined && { agent }),
        ...(idempotencyKey !== undefined && { idempotencyKey }),
      })
      return answer(200, claimedBody(claimed.live, claimed.params, deps.clock.now()))
    },
  }),
  route({
    method: 'POST',
    path: `${RUN}/heartbeat`,
    id: 'heartbeat',
    scope: 'ingest',
    tag: 'Runs',
    summary: 'Say that the run is alive, and hear whether it shall stop',
    body: { schema: HeartbeatRequest, name: 'HeartbeatRequest', example: { attempt: 1 } },
    answers: { 200: { description: 'The lease was renewed', schema: 'HeartbeatAnswer' } },
    problems: [404, 409],
    handle: async ({ deps, names, body }) => {
      const { attempt } = body
      const beat = await heartbeat(deps, runKeyOf(names), { ...(attempt !== undefined && { attempt }) })
      return answer(200, {
        stop: beat.stop,
        ...(beat.reason !== undefined && { reason: beat.reason }),
        lease_until: beat.leaseUntil === undefined ? null : iso(beat.leaseUntil),
      })
    },
  }),
  route({
    method: 'POST',
    path: `${RUN}/finish`,
    id: 'finishRun',
    scope: 'ingest',
    tag: 'Runs',
    summary: 'End a run, or hand it back',
    description:
      '`released` hands a trial back: it is queued again with the same parameters. `kept` is false when the run had ended before by another attempt.',
    body: {
      schema: FinishRequest,
      name: 'FinishRequest',
      example: { state: 'finished', exit_code: 0, summary: { val_acc: 0.97 } },
    },
    answers: { 200: { description: 'The state of the run now', schema: 'FinishAnswer' } },
    problems: [404, 409],
    handle: async ({ deps, names, body }) => {
      const { state, exit_code, reason, summary, attempt } = body
      const ended = await finishRun(deps, runKeyOf(names), {
        state,
        ...(exit_code !== undefined && { exitCode: exit_code }),
        ...(reason !== undefined && { reason }),
        ...(summary !== undefined && { summary: summary as Record<string, Json> }),
        ...(attempt !== undefined && { attempt }),
      })
      return answer(200, { state: ended.state, kept: ended.kept })
    },
  }),
]
