import { agents, componentName } from './agent-definitions'

/** AWS's recommendation for a queue in front of a function: throttled invocations must not use up receives. */
const VISIBILITY_PER_TIMEOUT = 6
/** The maximum retention of SQS: a trial may wait for capacity, and a dead letter for an operator. */
const RETENTION_SECONDS = 14 * 24 * 60 * 60
/** Receives before a message goes to the dead-letter queue. Duplicates are harmless, so a few more cost nothing. */
const MAX_RECEIVES = 5

/** A queue with a dead-letter queue for each agent function, by the agent's name. `component` is the prefix of its components. */
export function createQueues() {
  return new Map(
    agents.map(({ name, timeoutSeconds }) => {
      const component = componentName(name)
      return [name, { component, ...createQueue(component, timeoutSeconds) }] as const
    }),
  )
}

export type Queues = ReturnType<typeof createQueues>

/** A queue and its dead-letter queue, for a function with this timeout. */
export function createQueue(component: string, timeoutSeconds: number, retentionSeconds = RETENTION_SECONDS) {
  const dead = new sst.aws.Queue(`${component}DeadLetters`, {
    transform: {
      queue: (args) => {
        args.messageRetentionSeconds = RETENTION_SECONDS
        args.sqsManagedSseEnabled = true
      },
    },
  })
  const queue = new sst.aws.Queue(`${component}Queue`, {
    visibilityTimeout: `${VISIBILITY_PER_TIMEOUT * timeoutSeconds} seconds`,
    dlq: { queue: dead.arn, retry: MAX_RECEIVES },
    transform: {
      queue: (args) => {
        args.messageRetentionSeconds = retentionSeconds
        args.receiveWaitTimeSeconds = 20
        args.sqsManagedSseEnabled = true
      },
    },
  })
  return { queue, dead }
}

export type WebhookQueue = ReturnType<typeof createQueue>

/** The queues' URLs, for functions that send trials to agents. */
export function linkQueues(queues: Queues) {
  const urls = (which: 'queue' | 'dead') =>
    Object.fromEntries([...queues].map(([agent, made]) => [agent, made[which].url]))
  return new sst.Linkable('Agents', { properties: { urls: urls('queue'), deadLetters: urls('dead') } })
}
