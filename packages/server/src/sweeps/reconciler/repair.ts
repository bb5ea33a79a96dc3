import { sweepPath } from '@chimney/core/schema/names'
import type { RepairMessage } from '../../queue/repair-queue.ts'
import { REPAIR_OPTIONS, type RepairDeps, type RepairOptions } from './repair-options.ts'
import { type RepairReport, repairError } from './repair-report.ts'
import { repairRuns } from './repair-runs.ts'
import { repairSweep } from './repair-sweep.ts'

/**
 * Does the work of one message, and adds to the report. Errors are in the report: the message must be delivered again when there
 * are new ones. Safe to repeat and to run concurrently.
 */
export async function repair(
  deps: RepairDeps,
  message: RepairMessage,
  report: RepairReport,
  options: Partial<RepairOptions> = {},
): Promise<void> {
  const all = { ...REPAIR_OPTIONS, ...options }
  try {
    if (message.kind === 'runs') await repairRuns(deps, message.cursor, report)
    else {
      const { from, since } = message
      const at = from === undefined || since === undefined ? undefined : { from, since }
      await repairSweep(deps, message, at, all, report)
    }
  } catch (error) {
    const path = message.kind === 'runs' ? 'open runs' : sweepPath(message)
    report.errors.push(repairError(path, error))
  }
}
