import { BACKUP_VERSION, RestoreRequest } from '@chimney/core/schema/backup'
import { answer } from '../answers/answer.ts'
import { type Route, route } from '../route.ts'
import { projectKeyOf } from './path-names.ts'
import { BackupQuery } from './queries.ts'

const BACKUP = '/v1/{entity}/{project}/backup'

export const backupRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: BACKUP,
    id: 'readBackup',
    scope: 'admin',
    tag: 'Projects',
    summary: 'Read everything that is stored of a project',
    description:
      'Sweeps, trials, runs, what they logged, and documents of the W&B door, as they are stored; files that runs uploaded are not in it. Follow `next_cursor` to the end and keep the order. `chimney export --to FILE` does that.',
    query: BackupQuery,
    answers: { 200: { description: 'A page', schema: 'BackupPage' } },
    handle: async ({ deps, names, query }) => {
      const page = await deps.store.readBackup(projectKeyOf(names), query.cursor)
      return answer(200, { version: BACKUP_VERSION, items: page.items, next_cursor: page.cursor })
    },
  }),
  route({
    method: 'POST',
    path: BACKUP,
    id: 'restoreBackup',
    scope: 'admin',
    tag: 'Projects',
    summary: 'Put items of a backup into a project',
    description:
      'In the order in which they were read. What is there already stays as it is, so that a request may be repeated, and so may the whole import. A sweep whose id another project has is 409 `sweep-exists`, and nothing of the request is written then.',
    body: {
      schema: RestoreRequest,
      name: 'RestoreRequest',
      example: {
        version: 1,
        items: [{ of: 'document', id: '', sk: 'notes', attributes: { rev: 1, text: 'hello' } }],
      },
    },
    answers: { 200: { description: 'How many were new', schema: 'Restored' } },
    problems: [409],
    handle: async ({ deps, names, body }) => {
      const project = projectKeyOf(names)
      const told = await deps.store.restore(project, body.items)
      await deps.store.ensureProject(project, deps.clock.now())
      return answer(200, told)
    },
  }),
]
