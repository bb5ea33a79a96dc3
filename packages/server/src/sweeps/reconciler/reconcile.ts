import { runPath, sweepPath } from '@chimney/core/schema/names'
import type { Deps } from '../../deps.ts'
import { failureOf } from '../../failure-text.ts'
import { expireRun } from '../../runs/lifecycle/expire-run.ts'
import type { Paged } from '../../store/page.ts'
import type { ReconcileReport } from './reconcile-report.ts'
import { reconcileSweep } from './reconcile-sweep.ts'
import type { GracePeriods } from './repair-trial.ts'

const GRACE_PERIODS: GracePeriods = { graceMs: 30_000, resendAfterMs: 15 * 60_000 }
const PAGE = 100

/** Finds and repairs what was lost between two steps of a use case. Runs every minute; safe to run concurrently. */
export async function reconcile(
  deps: Pick<Deps, 'store' | 'queue' | 'files' | 'clock' | 'settings' | 'onFailure'>,
  options: Partial<GracePeriods> = {},
): Promise<ReconcileReport> {
  const periods = { ...GRACE_PERIODS, ...options }
  const report: ReconcileReport = {
    sweeps: 0,
    expired: 0,
    filled: 0,
    settled: 0,
    sent: 0,
    ended: 0,
    errors: [],
  }
  for await (const key of pages((cursor) => deps.store.listOpenSweeps({ cursor, limit: PAGE })))
    await guarded(report, sweepPath(key), () => reconcileSweep(deps, key, periods, report))
  for await (const key of pages((cursor) => deps.store.listOpenRuns({ cursor, limit: PAGE })))
    await guarded(report, runPath(key), async () => {
      if (await expireRun(deps, key)) report.expired++
    })
  return report
}

async function* pages<T>(readPage: (cursor: string | undefined) => Promise<Paged<T>>): AsyncGenerator<T> {
  let cursor: string | undefined
  do {
    const page = await readPage(cursor)
    yield* page.items
    cursor = page.cursor
  } while (cursor !== undefined)
}

/** A failed repair must not stop the repair of the others. */
async function guarded(report: ReconcileReport, path: string, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    report.errors.push({ path, message: failureOf(error) ?? String(error) })
  }
}
