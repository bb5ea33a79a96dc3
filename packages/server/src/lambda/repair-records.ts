import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch'
import { decodeRepairMessage } from '../queue/repair-queue.ts'
import { repair } from '../sweeps/reconciler/repair.ts'
import type { RepairDeps, RepairOptions } from '../sweeps/reconciler/repair-options.ts'
import { type RepairReport, repairError } from '../sweeps/reconciler/repair-report.ts'

/** The parts of an SQS event and of a context that are read. */
export interface RepairEvent {
  readonly Records: readonly { readonly messageId: string; readonly body: string }[]
}
export interface RepairContext {
  readonly getRemainingTimeInMillis: () => number
}
export interface RepairResponse {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[]
}

/** Less time than this is not enough for a page of trials. */
const MARGIN_MS = 30_000

/**
 * Repairs what the records of a batch name, one after the other: they share the memory of the function. Records whose repair
 * failed return to the queue, and in the end to the dead letters. Adds to the report.
 */
export const repairRecords = (
  deps: RepairDeps,
  { Records }: RepairEvent,
  context: RepairContext,
  report: RepairReport,
  options: Partial<RepairOptions> = {},
): Promise<RepairResponse> =>
  processPartialResponse(
    { Records: [...Records] },
    async ({ body, messageId }: RepairEvent['Records'][number]) => {
      const failed = report.errors.length
      try {
        const message = decodeRepairMessage(body)
        // Sent again: a record that returns is hidden for the visibility timeout.
        if (context.getRemainingTimeInMillis() < MARGIN_MS) await deps.repairs.send([message])
        else await repair(deps, message, report, options)
      } catch (error) {
        report.errors.push(repairError(`message ${messageId}`, error))
      }
      if (report.errors.length > failed) throw new Error(report.errors[failed]?.message)
    },
    new BatchProcessor(EventType.SQS),
    // Without a throw when all fail: the errors are in the report.
    { processInParallel: false, throwOnFullBatchFailure: false },
  )
