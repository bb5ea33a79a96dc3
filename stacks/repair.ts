import type { Server } from './api'
import { functionDefaults, tracing } from './functions'
import { permissionsOf } from './permissions'
import { createQueue, type Queues, type WebhookQueue } from './queues'
import type { Storage } from './storage'

/** A message has 5 s, and ten of them share an invocation; the rest is for its last page. */
const TIMEOUT_SECONDS = 120
/** Messages per invocation. They are handled one after the other. */
const BATCH_SIZE = 10
const CONCURRENCY = 10
/** Longer than five receives with their visibility timeouts, so that a message that fails becomes a dead letter. */
const RETENTION_SECONDS = 4 * 60 * 60

/**
 * The repair: every minute a function sends a message for each open sweep and each page of open runs, and a function on the queue
 * repairs them. Returns the names of both functions and the dead-letter queue. Not in `sst dev`, which would forward each call to
 * the developer's machine; there `stacks/dev.ts` runs the repair.
 */
export function createRepair(
  server: Server,
  storage: Storage,
  queues: Queues,
  { queue: webhooks }: WebhookQueue,
) {
  if ($dev) return undefined
  const { permissions, function: trace } = tracing()
  const { queue, dead } = createQueue('Repair', TIMEOUT_SECONDS, RETENTION_SECONDS)
  const repairs = new sst.Linkable('Repairs', { properties: { url: queue.url } })
  const functionOf = (role: 'reconcile' | 'repair', timeoutSeconds: number) => ({
    handler: `packages/server/src/lambda/${role}.handler`,
    ...functionDefaults(timeoutSeconds, 512),
    ...server,
    link: [storage.table, storage.files, repairs, ...server.link],
    permissions: [...permissionsOf(role, storage, queues, { repairs: queue, webhooks }), ...permissions],
    transform: { function: trace },
  })
  const cron = new sst.aws.CronV2('Reconcile', {
    schedule: 'rate(1 minute)',
    // The next minute is the retry. The first setting is the schedule's, the other the function's for asynchronous calls.
    retries: 0,
    function: { ...functionOf('reconcile', 55), retries: 0 },
  })
  const worker = queue.subscribe(functionOf('repair', TIMEOUT_SECONDS), {
    batch: { size: BATCH_SIZE, partialResponses: true },
    transform: {
      eventSourceMapping: (args) => {
        args.scalingConfig = { maximumConcurrency: CONCURRENCY }
      },
    },
  })
  return {
    reconcileFunction: cron.nodes.function.apply(({ name }) => name),
    repairFunction: worker.apply(({ nodes }) => nodes.function.name),
    deadRepairs: dead.nodes.queue.name,
  }
}

export type Repair = NonNullable<ReturnType<typeof createRepair>>
