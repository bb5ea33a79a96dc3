import type { SQSClient } from '@aws-sdk/client-sqs'
import { Problem } from '@chimney/core/schema/problem'
import type { RepairQueue } from './repair-queue.ts'
import { sendBatches } from './send-batches.ts'

/** {@link RepairQueue} on a standard SQS queue. A refused message is not sent again: the next minute sends it anyway. */
export const sqsRepairQueue = ({
  client,
  url,
}: {
  readonly client: SQSClient
  readonly url: string
}): RepairQueue => ({
  async send(messages) {
    const refused = await sendBatches(
      client,
      url,
      messages.map((message) => JSON.stringify(message)),
    )
    if (refused.length > 0)
      throw new Problem(
        'retryable',
        'queue-unavailable',
        `the repair queue took ${messages.length - refused.length} of ${messages.length} messages; the next minute sends them again`,
        { cause: refused[0] },
      )
  },
})
