import definitions from './agents.json'
import type { Api } from './api'
import { functionDefaults } from './functions'

/** An entry of `agents.json`, which the local cloud reads too. */
interface AgentDefinition {
  /** As in a sweep's `dispatch.agent`. Lower-case letters, digits and `-`. */
  readonly name: string
  /** File and export, from the root of the repository. */
  readonly handler: string
  /** At most 900. Work that takes longer belongs to `chimney agent`. */
  readonly timeoutSeconds: number
  readonly memoryMb: number
  /** Trials per invocation. */
  readonly batchSize: number
  /** How many invocations at a time, 2 to 1,000. */
  readonly concurrency: number
  /** What the bundle does not hold and the handler reads at run time. */
  readonly files?: readonly { readonly from: string; readonly to: string }[]
}

const agents: readonly AgentDefinition[] = definitions

/** AWS's advice for a queue in front of a function, so that throttled invocations do not use up receives. */
const VISIBILITY_PER_TIMEOUT = 6
/** The longest that SQS keeps a message: a trial may wait for a place, and a dead one for a person. */
const KEEP_SECONDS = 14 * 24 * 60 * 60
/** Receives before a message is dead. Duplicates and retries are harmless, so a few more cost nothing. */
const RECEIVES = 5

/** One queue with a dead-letter queue for each agent function, by the agent's name. */
export function createQueues() {
  return new Map(agents.map((agent) => [agent.name, createQueue(agent)] as const))
}

export type Queues = ReturnType<typeof createQueues>

function createQueue(agent: AgentDefinition) {
  const component = componentName(agent.name)
  const dead = new sst.aws.Queue(`${component}DeadLetters`, {
    transform: {
      queue: (args) => {
        args.messageRetentionSeconds = KEEP_SECONDS
        args.sqsManagedSseEnabled = true
      },
    },
  })
  return new sst.aws.Queue(`${component}Queue`, {
    visibilityTimeout: `${VISIBILITY_PER_TIMEOUT * agent.timeoutSeconds} seconds`,
    dlq: { queue: dead.arn, retry: RECEIVES },
    transform: {
      queue: (args) => {
        args.messageRetentionSeconds = KEEP_SECONDS
        args.receiveWaitTimeSeconds = 20
        args.sqsManagedSseEnabled = true
      },
    },
  })
}

/** What a function needs that sends trials to the agents: where their queues are, and the right to send. */
export function linkQueues(queues: Queues) {
  return new sst.Linkable('Agents', {
    properties: { urls: Object.fromEntries([...queues].map(([agent, queue]) => [agent, queue.url])) },
    include: [
      sst.aws.permission({
        actions: ['sqs:SendMessage'],
        resources: [...queues.values()].map((queue) => queue.arn),
      }),
    ],
  })
}

/** The agent functions behind the queues. They know the API's address and a key, and have no right to the table. */
export function createAgents(queues: Queues, api: Api, firstKey: sst.Secret): void {
  for (const agent of agents) {
    queues.get(agent.name)?.subscribe(
      {
        handler: agent.handler,
        ...functionDefaults(agent.timeoutSeconds, agent.memoryMb),
        copyFiles: agent.files?.map((file) => ({ ...file })) ?? [],
        environment: { CHIMNEY_URL: api.url, CHIMNEY_API_KEY: firstKey.value },
      },
      {
        batch: { size: agent.batchSize, partialResponses: true },
        transform: {
          // Not reserved concurrency on the function: with that, messages beyond it would be received and turned away.
          eventSourceMapping: (args) => {
            args.scalingConfig = { maximumConcurrency: $dev ? 2 : agent.concurrency }
          },
        },
      },
    )
  }
}

/** `hyper-net` → `HyperNet`. */
function componentName(agent: string): string {
  return agent
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')
}
