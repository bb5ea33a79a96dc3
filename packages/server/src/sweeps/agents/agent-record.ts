import type { Deps } from '../../deps.ts'
import type { AgentRecord } from '../../store/agents.ts'

export type PollDeps = Pick<
  Deps,
  'store' | 'queue' | 'files' | 'clock' | 'settings' | 'randomId' | 'onFailure'
>

/** A heartbeat alone is written at most so often. */
const HEARTBEAT_EVERY_MS = 60_000

/** Writes the agent. False when a concurrent poll of the same agent was first: then that poll's answer counts. */
export function saveAgent(deps: PollDeps, agent: AgentRecord): Promise<boolean> {
  return deps.store.putAgent({ ...agent, heartbeatAt: deps.clock.now(), rev: agent.rev + 1 })
}

export async function noteHeartbeat(deps: PollDeps, agent: AgentRecord): Promise<void> {
  if (deps.clock.now() - agent.heartbeatAt >= HEARTBEAT_EVERY_MS) await saveAgent(deps, agent)
}

/** The agent's name on its trials. */
export const agentName = (agent: Pick<AgentRecord, 'host' | 'id'>): string =>
  `${agent.host.slice(0, 150)}/${agent.id}`
