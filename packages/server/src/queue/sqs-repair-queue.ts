import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs'
import { Problem } from '@chimney/core/schema/problem'
import { inParallel } from '../in-parallel.ts'
import type { RepairMessage, RepairQueue } from './repair-queue.ts'

const BATCH = 10 // the maximum of SQS in one call

/** {@link RepairQueue} on a standard SQS queue. A refused message is not sent again: the next minute sends it anyway. */
export const sqsRepairQueue = ({
  client,
  url,
}: {
  readonly client: SQSClient
  readonly url: string
}): RepairQueue => ({
  async send(messages) {
    const batches: (readonly RepairMessage[])[] = []
    for (let at = 0; at < messages.length; at += BATCH) batches.push(messages.slice(at, at + BATCH))
    const refused: unknown[] = []
    await inParallel(batches, async (batch) => {
      const Entries = batch.map((message, at) => ({ Id: String(at), MessageBody: JSON.stringify(message) }))
      try {
        const { Successful = [], Failed = [] } = await client.send(
          new SendMessageBatchCommand({ QueueUrl: url, Entries }),
        )
        // Only confirmed entries are sent: one that is in neither list is not.
        for (let at = Successful.length; at < batch.length; at++) refused.push(Failed[0]?.Code)
      } catch (cause) {
        for (let at = 0; at < batch.length; at++) refused.push(cause)
      }
    })
    if (refused.length > 0)
      throw new Problem(
        'retryable',
        'queue-unavailable',
        `the repair queue took ${messages.length - refused.length} of ${messages.length} messages; the next minute sends them again`,
        { cause: refused[0] },
      )
  },
})
