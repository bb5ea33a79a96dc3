import { Resource } from 'sst/resource'
import { type StartTask, starter } from './starter.ts'

/** The task that trains, as `stacks/agents.ts` links it. */
const linked = Resource as unknown as Record<string, unknown>

const start: StartTask = async (environment) => {
  const { task } = await import('sst/aws/task')
  await task.run(linked.LongTask as Parameters<typeof task.run>[0], environment)
}

/** Handler of the agent `long`: starts a container for each trial, which claims, trains and finishes it. */
export const handler = starter(start)
