import { deliverRecords } from '@chimney/server/lambda/webhook-records'
import { type EventSource, startEventSource } from './event-source.ts'
import type { Receiver } from './sqs-receiver.ts'

/** As in `stacks/webhooks.ts`. */
const BATCH_SIZE = 10
const TIMEOUT_SECONDS = 30

/** The function that delivers to webhooks, as deployed. */
export const startWebhooks = (options: {
  readonly deps: Omit<Parameters<typeof deliverRecords>[0], 'onFailure'>
  readonly receiver: Receiver
  readonly log: (line: string) => void
}): EventSource =>
  startEventSource({
    name: 'webhooks',
    label: 'the delivery to webhooks',
    receiver: options.receiver,
    batchSize: BATCH_SIZE,
    concurrency: 1,
    timeoutSeconds: TIMEOUT_SECONDS,
    log: options.log,
    handler: (event) =>
      deliverRecords(
        {
          ...options.deps,
          onFailure: (what, error) => options.log(`${what} failed: ${(error as Error).message}`),
        },
        event,
      ),
  })
