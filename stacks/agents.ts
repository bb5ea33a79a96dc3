import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import definitions from './agents.json'
import type { Api } from './api'
import { functionDefaults } from './functions'
import { createTask, type TaskDefinition } from './tasks'

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
  /** Makes the handler a starter of containers, one for each trial. It finds the task under the agent's name and `Task`. */
  readonly task?: TaskDefinition
}

/** `CHIMNEY_AGENTS` names another file than `agents.json`, from the root of the repository. */
function readAgents(): readonly AgentDefinition[] {
  const { CHIMNEY_AGENTS: file } = process.env
  if (!file) return definitions
  return JSON.parse(readFileSync(join($cli.paths.root, file), 'utf8')) as AgentDefinition[]
}

const agents = readAgents()

/** AWS's advice for a queue in front of a function, so that throttled invocations do not use up receives. */
const VISIBILITY_PER_TIMEOUT = 6
/** The longest that SQS keeps a message: a trial may wait for a place, and a dead one for a person. */
const KEEP_SECONDS = 14 * 24 * 60 * 60
/** Receives before a message is dead. Duplicates and retries are harmless, so a few more cost nothing. */
const RECEIVES = 5

/** One queue with a dead-letter queue for each agent function, by the agent's name. `component` begins the names of its things. */
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
  const queue = new sst.aws.Queue(`${component}Queue`, {
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
  return { component, queue, dead }
}

/** Where the queues are, for functions that send trials to the agents. */
export function linkQueues(queues: Queues) {
  const urls = (which: 'queue' | 'dead') =>
    Object.fromEntries([...queues].map(([agent, made]) => [agent, made[which].url]))
  return new sst.Linkable('Agents', { properties: { urls: urls('queue'), deadLetters: urls('dead') } })
}

/**
 * The agent functions behind the queues, and what they are called in AWS. They know the API's address and a key that can do no
 * more than agents do; they have no right to the table.
 */
export function createAgents(queues: Queues, api: Api, agentKey: $util.Input<string>) {
  const names = new Map<string, $util.Output<string>>()
  for (const agent of agents) {
    const environment = { CHIMNEY_URL: api.url, CHIMNEY_API_KEY: agentKey }
    const task = agent.task && createTask(componentName(agent.name), agent.task, environment)
    const made = queues.get(agent.name)?.queue.subscribe(
      {
        handler: agent.handler,
        ...functionDefaults(agent.timeoutSeconds, agent.memoryMb),
        copyFiles: agent.files?.map((file) => ({ ...file })) ?? [],
        // A starter trains nothing itself: its container has the key.
        ...(task ? { link: [task] } : { environment }),
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
    if (made)
      names.set(
        agent.name,
        made.apply(({ nodes }) => nodes.function.name),
      )
  }
  return names
}

export type Agents = ReturnType<typeof createAgents>

/** `hyper-net` → `HyperNet`. */
function componentName(agent: string): string {
  return agent
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')
}
