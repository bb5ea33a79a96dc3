import type { RunKey } from '@chimney/core/schema/names'
import { Problem } from '@chimney/core/schema/problem'
import { finishRun } from '../../runs/lifecycle/finish-run.ts'
import type { AgentRecord } from '../../store/agents.ts'
import type { RunLive } from '../../store/runs.ts'
import type { SweepHead } from '../../store/sweeps.ts'
import type { TrialRecord } from '../../store/trials.ts'
import { hasEnded } from '../load-sweep.ts'
import type { AgentCommand } from './agent-command.ts'
import { agentName, noteHeartbeat, type PollDeps, saveAgent } from './agent-record.ts'
import { requestTrials } from './request-trials.ts'

/** An answer can be lost. A trial that was sent so often and did not start ends as crashed, so that it is requeued. */
const MAX_SENDS = 3
const UNREPORTED =
  'its program ended and reported no run: it did not call wandb.init, or ran offline (wandb sync completes it)'
/** When an agent that received its answer polls again. One that did not repeats its request after 2 s, then after 6 s or later. */
const NEXT_POLL_MS = { from: 4_000, to: 6_000 }
/** How long a request for a trial keeps its idempotency key while its answer is not recorded on the agent. */
const KEY_WINDOW_MS = 600_000

/** The command for an agent that executes nothing: its trial again if that has not started, the next trial, or exit. */
export async function commandIdle(
  deps: PollDeps,
  head: SweepHead,
  agent: AgentRecord,
): Promise<readonly AgentCommand[]> {
  if (hasEnded(head)) {
    await endStopped(deps, agent)
    return [{ kind: 'exit' }]
  }
  const trial = await notStarted(deps, agent)
  if (!trial) return commandNext(deps, agent)
  const current = { ...agent.current!, sends: agent.current!.sends + 1 }
  return (await saveAgent(deps, { ...agent, current })) ? [{ kind: 'run', trial }] : []
}

/** The trial that the agent got last, if the agent still owns it and it has not started. */
async function notStarted(deps: PollDeps, agent: AgentRecord): Promise<TrialRecord | undefined> {
  const { current, key } = agent
  const live = await endStopped(deps, agent)
  if (!current || !live || live.heard) return undefined
  const unreported = current.taken || endedBetweenPolls(deps, agent)
  if (!unreported && current.sends < MAX_SENDS) return deps.store.getTrial({ ...key, number: current.number })
  const reason = unreported
    ? UNREPORTED
    : `the trial was sent to its agent ${current.sends} times and did not start`
  await finishRun(deps, live.key, {
    state: 'crashed',
    attempt: current.attempt,
    reason,
    // Repeating it would not change that.
    ...(unreported && { last: true as const }),
  })
  return undefined
}

/**
 * Whether the trial was over before the agent's next poll, which lists what it runs. Its answer may also have been lost, so that takes two
 * sends: a program that reports nothing and ends within seconds runs twice.
 */
function endedBetweenPolls(deps: PollDeps, { current, heartbeatAt }: AgentRecord): boolean {
  const since = deps.clock.now() - heartbeatAt
  return (current?.sends ?? 0) > 1 && since >= NEXT_POLL_MS.from && since < NEXT_POLL_MS.to
}

/**
 * The run that the agent got last, if it is still running under that attempt. A run that was asked to stop is ended here: its
 * agent is idle, so the program has ended without reporting it.
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

async function commandNext(deps: PollDeps, agent: AgentRecord): Promise<readonly AgentCommand[]> {
  let { served } = agent
  // A key that was used before the agent was last written may return a trial that another agent owns now: try the next key.
  for (;;) {
    const trial = await requestTrial(deps, agent, served)
    if (trial === 'none-left') return [{ kind: 'exit' }]
    if (!trial) {
      await noteHeartbeat(deps, agent)
      return []
    }
    served++
    const live = await deps.store.getLive({ ...agent.key, run: trial.run })
    if (live?.state !== 'running' || live.attempt !== trial.attempt) continue
    const { number } = trial.key
    const current = { number, run: trial.run, attempt: trial.attempt, sends: 1, taken: false }
    return (await saveAgent(deps, { ...agent, served, current })) ? [{ kind: 'run', trial }] : []
  }
}

async function requestTrial(
  deps: PollDeps,
  agent: AgentRecord,
  served: number,
): Promise<TrialRecord | 'none-left' | undefined> {
  // The key changes with time, so that a trial that went to another agent does not block this one forever.
  const window = Math.floor(deps.clock.now() / KEY_WINDOW_MS)
  const idempotencyKey = `agent/${agent.key.sweep}/${agent.id}/${served}/${window}`
  try {
    const answer = await requestTrials(deps, agent.key, { count: 1, agent: agentName(agent), idempotencyKey })
    return answer.kind === 'trials' ? answer.trials[0]?.trial : undefined
  } catch (error) {
    if (error instanceof Problem && error.code === 'sweep-finished') return 'none-left'
    throw error
  }
}
