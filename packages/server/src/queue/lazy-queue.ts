import { loadOnce } from '../load-once.ts'
import type { DeadLetterQueues } from './dead-letter-queues.ts'
import type { Queue } from './queue.ts'
import type { RepairQueue } from './repair-queue.ts'
import type { WebhookQueue } from './webhook-queue.ts'

/** Loads the adapter with its first message, so that a cold start does not read the SQS client. */
export const lazyQueue = (agents: readonly string[], load: () => Promise<Queue>): Queue => {
  const queue = loadOnce(load)
  return { agents, send: async (...args) => (await queue()).send(...args) }
}

/** As {@link lazyQueue}. */
export const lazyDeadLetterQueues = (load: () => Promise<DeadLetterQueues>): DeadLetterQueues => {
  const queues = loadOnce(load)
  return {
    states: async () => (await queues()).states(),
    redrive: async (...args) => (await queues()).redrive(...args),
  }
}

/** As {@link lazyQueue}. */
export const lazyRepairQueue = (load: () => Promise<RepairQueue>): RepairQueue => {
  const queue = loadOnce(load)
  return { send: async (...args) => (await queue()).send(...args) }
}

/** As {@link lazyQueue}. */
export const lazyWebhookQueue = (load: () => Promise<WebhookQueue>): WebhookQueue => {
  const queue = loadOnce(load)
  return {
    send: async (...args) => (await queue()).send(...args),
    delay: async (...args) => (await queue()).delay(...args),
  }
}
