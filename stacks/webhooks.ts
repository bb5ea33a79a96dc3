import type { Server } from './api'
import { functionDefaults, tracing } from './functions'
import { permissionsOf } from './permissions'
import { createQueue, type Queues, type WebhookQueue } from './queues'
import type { Storage } from './storage'

/** A delivery has 10 s, and those of a batch run at the same time. */
const TIMEOUT_SECONDS = 30
const BATCH_SIZE = 10
/** Bounds the load of a receiver, and the cost of slow ones. */
const CONCURRENCY = 5
/** Longer than all retries of a delivery: `lambda/webhook-records.ts`. */
const RETENTION_SECONDS = 24 * 60 * 60

/** The queue of deliveries to webhooks, and its dead-letter queue. */
export const createWebhookQueue = () => createQueue('Notify', TIMEOUT_SECONDS, RETENTION_SECONDS)

/** The function that delivers to webhooks. Returns its name. */
export function createWebhooks(server: Server, storage: Storage, queues: Queues, { queue }: WebhookQueue) {
  const { permissions, function: trace } = tracing()
  const worker = queue.subscribe(
    {
      handler: 'packages/server/src/lambda/webhooks.handler',
      ...functionDefaults(TIMEOUT_SECONDS, 256),
      ...server,
      link: [storage.table, storage.files, ...server.link],
      permissions: [...permissionsOf('webhooks', storage, queues), ...permissions],
      transform: { function: trace },
    },
    {
      batch: { size: BATCH_SIZE, partialResponses: true },
      transform: {
        eventSourceMapping: (args) => {
          args.scalingConfig = { maximumConcurrency: CONCURRENCY }
        },
      },
    },
  )
  return worker.apply(({ nodes }) => nodes.function.name)
}
