import type { ProjectKey } from '@chimney/core/schema/names'
import { Problem } from '@chimney/core/schema/problem'
import type { Deps } from '../../deps.ts'
import { DELETE_BUDGET_MS, deleteRuns } from '../../runs/lifecycle/delete-runs.ts'
import { runCopiesPrefix } from '../../runs/live/edited-runs.ts'
import { deleteSweep } from './delete-sweep.ts'

const PAGE = 20

/**
 * Deletes a project: sweeps, runs with histories and files, artifacts and other documents. The contents of artifacts are shared by the
 * projects of an entity and stay. Throws the retryable `deletion-continues` when it takes longer than a request may: a repetition
 * continues.
 */
export async function deleteProject(
  deps: Pick<Deps, 'store' | 'queue' | 'files' | 'clock' | 'settings' | 'onFailure'>,
  project: ProjectKey,
): Promise<void> {
  const until = deps.clock.now() + DELETE_BUDGET_MS
  if (!(await deps.store.getProject(project)))
    throw new Problem(
      'not-found',
      'project-not-found',
      `there is no project ${project.entity}/${project.project}; check the path`,
    )
  let cursor: string | undefined
  do {
    const page = await deps.store.listSweeps(project, { cursor, limit: PAGE })
    for (const { record } of page.items) {
      if (deps.clock.now() > until) throw deletionContinues(project)
      await deleteSweep(deps, record.key)
    }
    cursor = page.cursor
  } while (cursor !== undefined)
  if ((await deleteRuns(deps, project, {}, until)).more) throw deletionContinues(project)
  for (const { name } of await deps.store.listDocuments(project, '')) {
    if (deps.clock.now() > until) throw deletionContinues(project)
    await deps.store.deleteDocument(project, name)
  }
  for (const { key } of await deps.files.list(runCopiesPrefix(project))) await deps.files.delete(key)
  // Last, so that a repetition finds the project.
  await deps.store.deleteProject(project)
}

const deletionContinues = ({ entity, project }: ProjectKey): Problem =>
  new Problem(
    'retryable',
    'deletion-continues',
    `project ${entity}/${project} is deleted in steps; send the request again to continue`,
    { retryAfter: 1 },
  )
