import { type ProjectKey, type RunKey, runPath, type SweepKey, sweepPath } from '@chimney/core/schema/names'
import { Problem } from '@chimney/core/schema/problem'
import type { Deps } from '../../deps.ts'

export const sweepNotFound = (key: SweepKey): Problem =>
  new Problem(
    'not-found',
    'sweep-not-found',
    `there is no sweep ${sweepPath(key)}; list them at GET /v1/${key.entity}/${key.project}/sweeps`,
  )

export const runNotFound = (key: RunKey): Problem =>
  new Problem(
    'not-found',
    'run-not-found',
    `there is no run ${runPath(key)}; list them at GET /v1/${key.entity}/${key.project}/runs`,
  )

/** Throws for a project that does not exist instead of returning an empty list. `known`: the list is not empty. */
export async function requireProject(
  deps: Pick<Deps, 'store'>,
  key: ProjectKey,
  known: boolean,
): Promise<void> {
  if (known || (await deps.store.getProject(key))) return
  throw new Problem(
    'not-found',
    'project-not-found',
    `there is no project ${key.entity}/${key.project}; its first sweep or run creates it`,
  )
}
