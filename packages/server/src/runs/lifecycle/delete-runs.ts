import type { ProjectKey } from '@chimney/core/schema/names'
import type { RunState } from '@chimney/core/sweep/lifecycle'
import type { UnixMs } from '../../clock.ts'
import type { Deps } from '../../deps.ts'
import { inParallel } from '../../in-parallel.ts'
import type { RunLive, RunRecord } from '../../store/runs.ts'
import { deleteRun } from './delete-run.ts'

/** Runs that match all that is given. */
export interface RunsToDelete {
  readonly states?: readonly RunState[]
  readonly sweep?: string
  readonly group?: string
  readonly tag?: string
  /** Created before. */
  readonly before?: UnixMs
}

/** A function has 30 seconds; the rest is deleted when the request is sent again. */
export const DELETE_BUDGET_MS = 20_000
const PAGE = 100

/** Deletes the runs of a project that match, with histories and files. `more`: the time was over before all were deleted. */
export async function deleteRuns(
  deps: Pick<Deps, 'store' | 'queue' | 'files' | 'clock' | 'settings' | 'onFailure'>,
  project: ProjectKey,
  wanted: RunsToDelete,
  until: UnixMs = deps.clock.now() + DELETE_BUDGET_MS,
): Promise<{ readonly deleted: number; readonly more: boolean }> {
  let deleted = 0
  let cursor: string | undefined
  do {
    const page = await deps.store.listRuns(project, { cursor, limit: PAGE })
    const matching = page.items.filter((run) => matches(run, wanted))
    let more = false
    await inParallel(matching, async ({ record }) => {
      more ||= deps.clock.now() > until
      if (more) return
      await deleteRun(deps, record.key)
      deleted++
    })
    if (more) return { deleted, more }
    cursor = page.cursor
  } while (cursor !== undefined)
  return { deleted, more: false }
}

const matches = (
  { record, live }: { readonly record: RunRecord; readonly live: RunLive },
  { states, sweep, group, tag, before }: RunsToDelete,
): boolean =>
  (states === undefined || states.includes(live.state)) &&
  (sweep === undefined || record.sweep === sweep) &&
  (group === undefined || record.group === group) &&
  (tag === undefined || record.tags.includes(tag)) &&
  (before === undefined || record.createdAt < before)
