import { repairRecords } from '@chimney/server/lambda/repair-records'
import type { RepairDeps } from '@chimney/server/sweeps/reconciler/repair-options'
import { emptyReport } from '@chimney/server/sweeps/reconciler/repair-report'
import { scheduleRepairs } from '@chimney/server/sweeps/reconciler/schedule-repairs'
import { startEventSource } from './event-source.ts'
import type { Receiver } from './sqs-receiver.ts'
import { startTimer } from './timer.ts'

export interface LocalRepairOptions {
  readonly deps: RepairDeps
  readonly receiver: Receiver
  readonly pollers: number
  readonly everyMs: number
  readonly log: (line: string) => void
}

export interface LocalRepair {
  /** As the stop of an event source. */
  stop(graceMs: number): Promise<void>
}

/** As in `stacks/repair.ts`. */
const BATCH_SIZE = 10
const TIMEOUT_SECONDS = 120

/** Both functions of the repair, as deployed: a timer sends messages, and a handler on their queue repairs. */
export function startRepair({ deps, receiver, pollers, everyMs, log }: LocalRepairOptions): LocalRepair {
  const source = startEventSource({
    name: 'repair',
    label: 'the repair',
    receiver,
    batchSize: BATCH_SIZE,
    concurrency: pollers,
    timeoutSeconds: TIMEOUT_SECONDS,
    log,
    handler: async (event, context) => {
      const report = emptyReport()
      const response = await repairRecords(deps, event, context, report)
      for (const { path, message } of report.errors)
        log(`${path} could not be reconciled and will be retried: ${message}`)
      for (const { path, message } of report.uncached) log(`${path} could not be cached: ${message}`)
      return response
    },
  })
  const timer = startTimer(everyMs, () => scheduleRepairs(deps), log)
  return {
    stop: async (graceMs) => {
      await timer.stop()
      await source.stop(graceMs)
    },
  }
}
