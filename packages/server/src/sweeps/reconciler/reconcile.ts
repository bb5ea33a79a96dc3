import type { RepairMessage } from '../../queue/repair-queue.ts'
import { repair } from './repair.ts'
import type { RepairDeps, RepairOptions } from './repair-options.ts'
import { emptyReport, type RepairReport } from './repair-report.ts'
import { scheduleRepairs } from './schedule-repairs.ts'

/** Schedules and repairs all that is open in this process, without a queue: for a start before other requests, and for tests. */
export async function reconcile(
  deps: Omit<RepairDeps, 'repairs'>,
  options: Partial<RepairOptions> = {},
): Promise<RepairReport> {
  const messages: RepairMessage[] = []
  const repairs = { send: async (more: readonly RepairMessage[]) => void messages.push(...more) }
  const report = emptyReport()
  await scheduleRepairs({ ...deps, repairs })
  // Grows while sweeps continue.
  for (const message of messages) await repair({ ...deps, repairs }, message, report, options)
  return report
}
