import { runPath } from '@chimney/core/schema/names'
import { isExpired } from '@chimney/core/sweep/attempt'
import { expireRun } from '../../runs/lifecycle/expire-run.ts'
import { shortenLease } from '../../runs/live/shorten-lease.ts'
import type { RepairDeps } from './repair-options.ts'
import { type RepairReport, repairError } from './repair-report.ts'
import { RUNS_PER_MESSAGE } from './schedule-repairs.ts'

/** Ends the runs without a trial whose lease has expired, of one page of the open ones. */
export async function repairRuns(
  deps: RepairDeps,
  cursor: string | undefined,
  report: RepairReport,
): Promise<void> {
  const { items } = await deps.store.listOpenRuns({ cursor, limit: RUNS_PER_MESSAGE })
  const lives = await deps.store.getLives(items)
  const now = deps.clock.now()
  report.runs += items.length
  for (const live of lives) {
    if (!live) continue
    try {
      if (!isExpired(live, now)) await shortenLease(deps, live)
      else if (await expireRun(deps, live.key, live)) report.expired++
    } catch (error) {
      // A failed repair must not stop the repair of the others.
      report.errors.push(repairError(runPath(live.key), error))
    }
  }
}
