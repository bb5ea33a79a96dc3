import type { SQSClient } from '@aws-sdk/client-sqs'
import type { RepairQueue } from './repair-queue.ts'
import { sendAll } from './send-batches.ts'

/** {@link RepairQueue} on a standard SQS queue. A refused message is not sent again: the next minute sends it anyway. */
export const sqsRepairQueue = ({
  client,
  url,
}: {
  readonly client: SQSClient
  readonly url: string
}): RepairQueue => ({
  send: (messages) =>
    sendAll(client, url, messages, { queue: 'repair queue', remedy: 'the next minute sends them again' }),
})
