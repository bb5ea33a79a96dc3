import { agents, componentName } from './agent-definitions'
import type { Api } from './api'
import { functionDefaults } from './functions'
import type { Queues } from './queues'
import { createTask } from './tasks'

/**
 * The agent functions behind the queues. Returns their names in AWS. They have the API's URL and no permission on the table; each
 * message brings a token for the run of its trial.
 */
export function createAgents(queues: Queues, api: Api) {
  const names = new Map<string, $util.Output<string>>()
  for (const agent of agents) {
    const environment = { CHIMNEY_URL: api.url }
    const task = agent.task && createTask(componentName(agent.name), agent.task, environment)
    const made = queues.get(agent.name)?.queue.subscribe(
      {
        handler: agent.handler,
        ...functionDefaults(agent.timeoutSeconds, agent.memoryMb),
        copyFiles: agent.files?.map((file) => ({ ...file })) ?? [],
        // A starter does not train: its container gets the address, and the message with its token.
        ...(task ? { link: [task] } : { environment }),
      },
      {
        batch: { size: agent.batchSize, partialResponses: true },
        transform: {
          // Reserved concurrency of the function would instead receive further messages and then reject them.
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
