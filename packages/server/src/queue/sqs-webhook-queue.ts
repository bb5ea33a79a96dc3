import { ChangeMessageVisibilityCommand, type SQSClient } from '@aws-sdk/client-sqs'
import { sendAll } from './send-batches.ts'
import type { WebhookQueue } from './webhook-queue.ts'

/** {@link WebhookQueue} on a standard SQS queue. */
export const sqsWebhookQueue = ({
  client,
  url,
}: {
  readonly client: SQSClient
  readonly url: string
}): WebhookQueue => ({
  send: (messages) => sendAll(client, url, messages, { queue: 'queue of webhooks', remedy: 'try again' }),

  async delay(ReceiptHandle, VisibilityTimeout) {
    await client.send(new ChangeMessageVisibilityCommand({ QueueUrl: url, ReceiptHandle, VisibilityTimeout }))
  },
})
