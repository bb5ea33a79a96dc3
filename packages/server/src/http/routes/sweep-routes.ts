import { SweepPatch } from '@chimney/core/schema/api/sweeps'
import { type SweepKey, sweepPath } from '@chimney/core/schema/names'
import type { Deps } from '../../deps.ts'
import type { SweepHead, SweepRecord } from '../../store/sweeps.ts'
import { createSweep } from '../../sweeps/lifecycle/create-sweep.ts'
import { deleteSweep } from '../../sweeps/lifecycle/delete-sweep.ts'
import { updateSweep } from '../../sweeps/lifecycle/update-sweep.ts'
import { answer, noContent } from '../answers/answer.ts'
import { requireProject, sweepNotFound } from '../answers/not-found.ts'
import { sweepBody, sweepUrl } from '../answers/present.ts'
import { type Route, route, textRoute } from '../route.ts'
import { projectKeyOf, sweepKeyOf } from './path-names.ts'
import { PageQuery } from './queries.ts'

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

export const sweepRoutes: readonly Route[] = [
  textRoute({
    method: 'POST',
    path: '/v1/{entity}/{project}/sweeps',
    id: 'createSweep',
    tag: 'Sweeps',
    summary: 'Create a sweep from a W&B sweep config',
    description:
      'The body is the config itself, as YAML or JSON. The project is made if it is new. What the service ignores is named in `warnings`.',
    creates: true,
    body: { text: ['application/json', 'application/yaml'], schemaName: 'SweepConfig', example: EXAMPLE },
    answers: {
      201: { description: 'The sweep', schema: 'SweepCreated', headers: { Location: 'Path of the sweep' } },
    },
    handle: async ({ deps, names, body, idempotencyKey }) => {
      const { record } = await createSweep(deps, {
        ...projectKeyOf(names),
        source: body,
        ...(idempotencyKey !== undefined && { idempotencyKey }),
      })
      const { key } = record
      return answer(
        201,
        {
          id: key.sweep,
          path: sweepPath(key),
          url: sweepUrl(deps.settings.publicUrl, key),
          warnings: record.warnings,
        },
        {
          Location: `/v1/${[key.entity, key.project].map(encodeURIComponent).join('/')}/sweeps/${key.sweep}`,
        },
      )
    },
  }),
  route({
    method: 'GET',
    path: '/v1/{entity}/{project}/sweeps',
    id: 'listSweeps',
    tag: 'Sweeps',
    summary: 'List the sweeps of a project, newest first',
    query: PageQuery,
    answers: { 200: { description: 'A page of sweeps', schema: 'SweepPage' } },
    problems: [404],
    handle: async ({ deps, names, query }) => {
      const page = await deps.store.listSweeps(projectKeyOf(names), query)
      await requireProject(deps, projectKeyOf(names), page.items.length > 0)
      const items = page.items.map(({ record, head }) => sweepBody(deps.settings.publicUrl, record, head))
      return answer(200, { items, next_cursor: page.cursor })
    },
  }),
  route({
    method: 'GET',
    path: '/v1/{entity}/{project}/sweeps/{sweep}',
    id: 'getSweep',
    shared: true,
    tag: 'Sweeps',
    summary: 'Read a sweep',
    answers: { 200: { description: 'The sweep', schema: 'Sweep' } },
    problems: [404],
    handle: async ({ deps, names }) => {
      const { record, head } = await requireSweep(deps, sweepKeyOf(names))
      return answer(200, sweepBody(deps.settings.publicUrl, record, head))
    },
  }),
  route({
    method: 'PATCH',
    path: '/v1/{entity}/{project}/sweeps/{sweep}',
    id: 'updateSweep',
    tag: 'Sweeps',
    summary: 'Pause, resume, finish or cancel a sweep; change its cap, name or description',
    description:
      '`finished` hands out no new trials and lets running ones end; `cancelled` tells running ones to stop. Raising the cap of a finished sweep reopens it.',
    body: { schema: SweepPatch, name: 'SweepPatch', example: { state: 'paused' } },
    answers: { 200: { description: 'The sweep after the change', schema: 'Sweep' } },
    problems: [404, 409],
    handle: async ({ deps, names, body }) => {
      const { record, head } = await updateSweep(deps, sweepKeyOf(names), body)
      return answer(200, sweepBody(deps.settings.publicUrl, record, head))
    },
  }),
  route({
    method: 'DELETE',
    path: '/v1/{entity}/{project}/sweeps/{sweep}',
    id: 'deleteSweep',
    tag: 'Sweeps',
    summary: 'Delete a sweep with its trials',
    answers: { 204: { description: 'Deleted' } },
    problems: [404, 409],
    handle: async ({ deps, names }) => {
      await deleteSweep(deps, sweepKeyOf(names))
      return noContent()
    },
  }),
]
