import { randomBytes } from 'node:crypto'
import { systemClock } from '../clock.ts'
import type { Deps } from '../deps.ts'
import { lazyFiles } from '../files/lazy-files.ts'
import { idFromBytes } from '../ids.ts'
import type { DeadLetterQueues } from '../queue/dead-letter-queues.ts'
import { lazyDeadLetterQueues, lazyQueue, lazyRepairQueue, lazyWebhookQueue } from '../queue/lazy-queue.ts'
import type { Queue } from '../queue/queue.ts'
import type { RepairQueue } from '../queue/repair-queue.ts'
import { withTrialTokens } from '../queue/trial-token.ts'
import type { WebhookQueue } from '../queue/webhook-queue.ts'
import { dynamoClient } from '../store/dynamo/client.ts'
import { dynamoStore } from '../store/dynamo/store.ts'
import type { Env } from './env.ts'
import type { Tracing } from './xray.ts'

/** The adapters for AWS. Only the DynamoDB client is read at a cold start. */
export const makeDeps = (env: Env, capture: Tracing['capture']): Deps => ({
  store: dynamoStore({ client: capture(dynamoClient(env.endpoints.dynamodb)), table: env.table }),
  queue: makeQueue(env, capture),
  ...(env.webhookQueue !== undefined && { webhooks: makeWebhookQueue(env, env.webhookQueue, capture) }),
  files: lazyFiles(async () => {
    const { s3Client, s3Files } = await import('../files/s3-files.ts')
    return s3Files({ client: capture(s3Client(env.endpoints.s3)), bucket: env.filesBucket })
  }),
  clock: systemClock,
  settings: { leaseSeconds: env.leaseSeconds, publicUrl: env.publicUrl },
  randomId: (length) => idFromBytes(randomBytes(length), length),
})

/** The queue between the two functions of the repair. */
export function makeRepairQueue(env: Env, capture: Tracing['capture']): RepairQueue {
  const { repairQueue: url } = env
  if (url === undefined)
    throw new Error('Invalid environment: CHIMNEY_REPAIR_QUEUE: is missing, and no Repairs is linked.')
  return lazyRepairQueue(async () => {
    const { sqsClient } = await import('../queue/sqs-client.ts')
    const { sqsRepairQueue } = await import('../queue/sqs-repair-queue.ts')
    return sqsRepairQueue({ client: capture(sqsClient(env.endpoints.sqs)), url })
  })
}

const makeWebhookQueue = (env: Env, url: string, capture: Tracing['capture']): WebhookQueue =>
  lazyWebhookQueue(async () => {
    const { sqsClient } = await import('../queue/sqs-client.ts')
    const { sqsWebhookQueue } = await import('../queue/sqs-webhook-queue.ts')
    return sqsWebhookQueue({ client: capture(sqsClient(env.endpoints.sqs)), url })
  })

function makeQueue(env: Env, capture: Tracing['capture']): Queue {
  const queue = lazyQueue(Object.keys(env.queues).sort(), async () => {
    const { sqsClient } = await import('../queue/sqs-client.ts')
    const { sqsQueue } = await import('../queue/sqs-queue.ts')
    return sqsQueue({ client: capture(sqsClient(env.endpoints.sqs)), urls: env.queues })
  })
  return env.trialSecret === undefined ? queue : withTrialTokens(queue, env.trialSecret, systemClock)
}

/** What operators use. Each call reads its state from SQS. */
export const makeDeadLetterQueues = (env: Env, capture: Tracing['capture']): DeadLetterQueues =>
  lazyDeadLetterQueues(async () => {
    const { sqsClient } = await import('../queue/sqs-client.ts')
    const { sqsDeadLetterQueues } = await import('../queue/dead-letter-queues.ts')
    const client = capture(sqsClient(env.endpoints.sqs))
    return sqsDeadLetterQueues({ client, urls: env.queues, deadLetters: env.deadLetters })
  })
