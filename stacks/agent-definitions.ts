import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readSettings } from './settings/read-settings'
import { SettingsError } from './settings/stage-file'
import type { TaskDefinition } from './tasks'

/** An entry of `agents.json`, which the local cloud reads too. */
export interface AgentDefinition {
  /** As in a sweep's `dispatch.agent`. Lower-case letters, digits and `-`. */
  readonly name: string
  /** File and export, from the root of the repository. */
  readonly handler: string
  /** At most 900. Longer trainings run under `chimney agent` or as a task. */
  readonly timeoutSeconds: number
  readonly memoryMb: number
  /** Trials per invocation. */
  readonly batchSize: number
  /** Maximum number of concurrent invocations, 2 to 1,000. */
  readonly concurrency: number
  /** Files that the handler reads at run time and the bundle does not include. */
  readonly files?: readonly { readonly from: string; readonly to: string }[]
  /** Makes the handler a starter of containers, one for each trial. It finds the task under the agent's name and `Task`. */
  readonly task?: TaskDefinition
}

/** The list of the stage, `stacks/agents.json` unless its file names another one. */
function readAgents(): readonly AgentDefinition[] {
  const { agents, file } = readSettings($app.stage)
  const path = join($cli.paths.root, agents)
  if (!existsSync(path))
    throw new SettingsError(`${file} has "agents": "${agents}", but there is no such file in the repository.`)
  return JSON.parse(readFileSync(path, 'utf8')) as AgentDefinition[]
}

export const agents = readAgents()

/** Prefix of the agent's components: `hyper-net` → `HyperNet`. */
export function componentName(agent: string): string {
  return agent
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')
}
