import type { RunKey, SweepKey } from '@chimney/core/schema/names'
import { Problem } from '@chimney/core/schema/problem'
import { isEnd } from '@chimney/core/sweep/lifecycle'
import type { Deps } from '../../deps.ts'
import { finishRun } from '../../runs/lifecycle/finish-run.ts'
import { heartbeat } from '../../runs/lifecycle/heartbeat.ts'
import type { AgentRecord } from '../../store/agents.ts'
import type { RunLive } from '../../store/runs.ts'
import type { SweepHead } from '../../store/sweeps.ts'
import type { TrialRecord } from '../../store/trials.ts'
import { nextTrial } from '../handout/next-trial.ts'

/** What an agent is told to do. */
export type AgentOrder =
  | { readonly kind: 'run'; readonly trial: TrialRecord }
  | { readonly kind: 'stop'; readonly run: string }
  /** There will be no more trials. */
  | { readonly kind: 'exit' }

type PollDeps = Pick<Deps, 'store' | 'queue' | 'clock' | 'settings' | 'randomId'>

/** A sign of life of an agent is worth a write only so often. */
const NOTE_EVERY_MS = 60_000
/** An answer can be lost on the wire; a trial that an agent was told of so often, and never began, goes to somebody else. */
const MAX_SENDS = 3
/** How long a question counts as the same one when its answer got lost before it was noted. */
const ASK_AGAIN_MS = 600_000
/** Nobody runs more at once; bounds what one poll costs. */
const MAX_RUNNING = 50

/**
 * Answers an agent that says which runs it is busy with. An idle one gets a trial: again the same one while it has not begun
 * it, so that a lost answer loses nothing. A busy one is told to stop what is to be stopped, each time anew.
 */
export async function pollAgent(
  deps: PollDeps,
  key: SweepKey,
  id: string,
  running: readonly string[],
): Promise<readonly AgentOrder[]> {
  const [head, agent] = await Promise.all([deps.store.getHead(key), deps.store.getAgent(key, id)])
  if (!head || !agent)
    throw new Problem(
      'not-found',
      'agent-not-found',
      `there is no agent ${id}: its sweep ${key.sweep} was deleted`,
    )
  return running.length > 0 ? busy(deps, head, agent, running) : idle(deps, head, agent)
}

async function busy(
  deps: PollDeps,
  head: SweepHead,
  agent: AgentRecord,
  running: readonly string[],
): Promise<readonly AgentOrder[]> {
  const { entity, project } = agent.key
  const orders: AgentOrder[] = []
  for (const run of running.slice(0, MAX_RUNNING)) {
    const key = { entity, project, run }
    const live = await deps.store.getLive(key)
    if (useless(head, agent, run, live)) orders.push({ kind: 'stop', run })
    else if (live && !isEnd(live.state)) await heartbeat(deps, key, {})
  }
  const { current } = agent
  const taken = current !== undefined && !current.taken && running.includes(current.run)
  await note(deps, taken ? { ...agent, current: { ...current, taken } } : agent, taken)
  return orders
}

/** Whether going on with a run makes no sense: stopped, deleted, of a cancelled sweep, or taken over by another agent. */
function useless(head: SweepHead, agent: AgentRecord, run: string, live: RunLive | undefined): boolean {
  if (!live || live.stop) return true
  // Its process may still tidy up after its end.
  if (isEnd(live.state)) return false
  const mine = agent.current?.run === run ? agent.current.attempt : undefined
  return head.state === 'cancelled' || (mine !== undefined && live.attempt > mine)
}

async function idle(deps: PollDeps, head: SweepHead, agent: AgentRecord): Promise<readonly AgentOrder[]> {
  if (head.state === 'finished' || head.state === 'cancelled') {
    await endStopped(deps, agent)
    return [{ kind: 'exit' }]
  }
  const again = await unbegun(deps, agent)
  if (again) {
    const current = { ...agent.current!, sends: agent.current!.sends + 1 }
    return (await note(deps, { ...agent, current }, true)) ? [{ kind: 'run', trial: again }] : []
  }
  return next(deps, agent)
}

/** The trial that the agent was given last, if it is still its own and has not begun. */
async function unbegun(deps: PollDeps, agent: AgentRecord): Promise<TrialRecord | undefined> {
  const { current, key } = agent
  const live = await endStopped(deps, agent)
  if (!current || !live || live.heard) return undefined
  if (!current.taken && current.sends < MAX_SENDS)
    return deps.store.getTrial({ ...key, number: current.number })
  const reason = current.taken
    ? 'the program ended without calling wandb.init'
    : `its agent was told ${current.sends} times and did not begin`
  await finishRun(deps, live.key, { state: 'crashed', attempt: current.attempt, reason })
  return undefined
}

/**
 * The run that an idle agent was given last, if it still counts as running under that attempt. One that was told to stop does
 * not: its program has ended without a word, and is ended here.
 */
async function endStopped(deps: PollDeps, { current, key }: AgentRecord): Promise<RunLive | undefined> {
  if (!current) return undefined
  const run: RunKey = { entity: key.entity, project: key.project, run: current.run }
  const live = await deps.store.getLive(run)
  if (live?.state !== 'running' || live.attempt !== current.attempt) return undefined
  if (!live.stop) return live
  await finishRun(deps, run, { state: 'crashed', attempt: current.attempt })
  return undefined
}

async function next(deps: PollDeps, agent: AgentRecord): Promise<readonly AgentOrder[]> {
  let { served } = agent
  // A key that was used before the agent was last written leads to a trial that may be somebody else's by now.
  for (;;) {
    const answer = await ask(deps, agent, served)
    if (answer === 'over') return [{ kind: 'exit' }]
    if (!answer) {
      await note(deps, agent, false)
      return []
    }
    served++
    const live = await deps.store.getLive({ ...agent.key, run: answer.run })
    if (live?.state !== 'running' || live.attempt !== answer.attempt) continue
    const current = {
      number: answer.key.number,
      run: answer.run,
      attempt: answer.attempt,
      sends: 1,
      taken: false,
    }
    return (await note(deps, { ...agent, served, current }, true)) ? [{ kind: 'run', trial: answer }] : []
  }
}

async function ask(
  deps: PollDeps,
  agent: AgentRecord,
  served: number,
): Promise<TrialRecord | 'over' | undefined> {
  const name = agentName(agent)
  // With the time, so that a trial that got lost to another agent meanwhile does not stand in the way for ever.
  const window = Math.floor(deps.clock.now() / ASK_AGAIN_MS)
  const idempotencyKey = `agent/${agent.key.sweep}/${agent.id}/${served}/${window}`
  try {
    const answer = await nextTrial(deps, agent.key, { count: 1, agent: name, idempotencyKey })
    return answer.kind === 'trials' ? answer.trials[0]?.trial : undefined
  } catch (error) {
    if (error instanceof Problem && error.code === 'sweep-finished') return 'over'
    throw error
  }
}

/** How an agent is called on its trials. */
export const agentName = (agent: Pick<AgentRecord, 'host' | 'id'>): string =>
  `${agent.host.slice(0, 150)}/${agent.id}`

/** False when another poll of the same agent was first: then its answer counts, and this one says nothing. */
async function note(deps: PollDeps, agent: AgentRecord, must: boolean): Promise<boolean> {
  const now = deps.clock.now()
  if (!must && now - agent.heartbeatAt < NOTE_EVERY_MS) return true
  return deps.store.putAgent({ ...agent, heartbeatAt: now, rev: agent.rev + 1 })
}
