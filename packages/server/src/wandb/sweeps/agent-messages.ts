import { isObject, type Json, parseJson, stringifyJson } from '@chimney/core/schema/json'
import { Problem } from '@chimney/core/schema/problem'
import { partsOf } from '../../global-id.ts'
import { ownEntity } from '../../own-entity.ts'
import type { AgentRecord } from '../../store/agents.ts'
import type { AgentCommand } from '../../sweeps/agents/agent-command.ts'
import { pollAgent } from '../../sweeps/agents/poll-agent.ts'
import { registerAgent } from '../../sweeps/agents/register-agent.ts'
import { findSweepKey, type WandbContext } from '../graphql/context.ts'
import { agentArgs } from '../runs/run-config.ts'

export interface CreateAgent {
  readonly host?: string | null
  readonly entityName?: string | null
  readonly projectName?: string | null
  readonly sweep: string
}

export async function createAgent(ctx: WandbContext, input: CreateAgent): Promise<AgentRecord> {
  const key = await findSweepKey(ctx, input.entityName, input.projectName, input.sweep)
  if (!key) {
    const path = [input.entityName, input.projectName, input.sweep].filter((part) => part).join('/')
    throw new Problem('not-found', 'sweep-not-found', `Sweep ${path} not found`)
  }
  return registerAgent(ctx.deps, key, (input.host || 'unknown').slice(0, 200))
}

export interface AgentHeartbeat {
  readonly id: string
  /** JSON text of an object: run name → true, for the runs that the agent has queued or runs. */
  readonly runState?: string | null
}

/** Answers the poll of an agent: a JSON text with a list of at most one `run`, or of `stop`s. */
export async function agentHeartbeat(ctx: WandbContext, input: AgentHeartbeat): Promise<string> {
  const [entity, project, sweep, id] = partsOf('Agent', 4, input.id) as [string, string, string, string]
  ownEntity(ctx, entity)
  const key = { entity, project, sweep }
  const orders = await pollAgent(ctx.deps, key, id, runningOf(input.runState))
  const program = orders.some((order) => order.kind === 'run')
    ? (await ctx.deps.store.getSweep(key))?.record.config.program
    : undefined
  return stringifyJson(orders.map((order) => commandOf(order, program ?? '')))
}

function runningOf(text: string | null | undefined): readonly string[] {
  const json = text ? parseJson(text) : {}
  return isObject(json) ? Object.keys(json).filter((name) => json[name] !== false && json[name] !== null) : []
}

function commandOf(order: AgentCommand, program: string): Json {
  if (order.kind === 'stop') return { type: 'stop', run_id: order.run }
  if (order.kind === 'exit') return { type: 'exit' }
  const { run, params, attempt } = order.trial
  return { type: attempt > 1 ? 'resume' : 'run', run_id: run, program, args: agentArgs(params) }
}
