import type { SweepKey } from '@chimney/core/schema/names'
import { Problem } from '@chimney/core/schema/problem'
import { isEnd } from '@chimney/core/sweep/lifecycle'
import { heartbeat } from '../../runs/lifecycle/heartbeat.ts'
import type { AgentRecord } from '../../store/agents.ts'
import type { RunLive } from '../../store/runs.ts'
import type { SweepHead } from '../../store/sweeps.ts'
import type { AgentCommand } from './agent-command.ts'
import { noteHeartbeat, type PollDeps, saveAgent } from './agent-record.ts'
import { commandIdle } from './command-idle.ts'

/** Bounds the cost of a poll; an agent runs fewer trials at once. */
const MAX_RUNNING = 50

/**
 * Answers an agent that polls with the runs that it is executing. An idle agent gets a trial, and the same one again until the
 * trial starts, so that a lost answer loses nothing. A busy agent gets `stop` for each run that must stop, in every answer.
 */
export async function pollAgent(
  deps: PollDeps,
  key: SweepKey,
  id: string,
  running: readonly string[],
): Promise<readonly AgentCommand[]> {
  const [head, agent] = await Promise.all([deps.store.getHead(key), deps.store.getAgent(key, id)])
  if (!head || !agent)
    throw new Problem(
      'not-found',
      'agent-not-found',
      `there is no agent ${id}: its sweep ${key.sweep} was deleted`,
    )
  return running.length > 0 ? commandBusy(deps, head, agent, running) : commandIdle(deps, head, agent)
}

async function commandBusy(
  deps: PollDeps,
  head: SweepHead,
  agent: AgentRecord,
  running: readonly string[],
): Promise<readonly AgentCommand[]> {
  const { entity, project } = agent.key
  const commands: AgentCommand[] = []
  for (const run of running.slice(0, MAX_RUNNING)) {
    const key = { entity, project, run }
    const live = await deps.store.getLive(key)
    if (mustStop(head, agent, run, live)) commands.push({ kind: 'stop', run })
    else if (live && !isEnd(live.state)) await heartbeat(deps, key, {})
  }
  const { current } = agent
  if (current !== undefined && !current.taken && running.includes(current.run))
    await saveAgent(deps, { ...agent, current: { ...current, taken: true } })
  else await noteHeartbeat(deps, agent)
  return commands
}

/** Whether the run was stopped or deleted, its sweep was cancelled, or another agent has claimed it. */
function mustStop(head: SweepHead, agent: AgentRecord, run: string, live: RunLive | undefined): boolean {
  if (!live || live.stop) return true
  // The process of an ended run may still be cleaning up.
  if (isEnd(live.state)) return false
  const attempt = agent.current?.run === run ? agent.current.attempt : undefined
  return head.state === 'cancelled' || (attempt !== undefined && live.attempt > attempt)
}
