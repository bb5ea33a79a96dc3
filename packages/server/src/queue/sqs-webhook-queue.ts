import { ChangeMessageVisibilityCommand, type SQSClient } from '@aws-sdk/client-sqs'
import { Problem } from '@chimney/core/schema/problem'
import { sendBatches } from './send-batches.ts'
import type { WebhookQueue } from './webhook-queue.ts'

/** {@link WebhookQueue} on a standard SQS queue. */
export const sqsWebhookQueue = ({
  client,
  url,
}: {
  readonly client: SQSClient
  readonly url: string
}): WebhookQueue => ({
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
        `the queue of webhooks took ${messages.length - refused.length} of ${messages.length} messages; try again`,
        { cause: refused[0] },
      )
  },

  async delay(ReceiptHandle, VisibilityTimeout) {
    await client.send(new ChangeMessageVisibilityCommand({ QueueUrl: url, ReceiptHandle, VisibilityTimeout }))
  },
})
