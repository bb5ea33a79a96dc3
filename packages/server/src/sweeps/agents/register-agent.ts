import { type SweepKey, sweepPath } from '@chimney/core/schema/names'
import { Problem } from '@chimney/core/schema/problem'
import type { Deps } from '../../deps.ts'
import type { AgentRecord } from '../../store/agents.ts'
import { hasEnded, loadSweep } from '../load-sweep.ts'

/** Registers an agent that will poll for trials. An ended sweep refuses it (`sweep-not-running`), a paused one does not. */
export async function registerAgent(
  deps: Pick<Deps, 'store' | 'clock' | 'randomId'>,
  key: SweepKey,
  host: string,
): Promise<AgentRecord> {
  const { head } = await loadSweep(deps, key)
  if (hasEnded(head))
    throw new Problem(
      'invalid',
      'sweep-not-running',
      `Sweep ${sweepPath(key)} is not running (it is ${head.state})`,
    )
  const now = deps.clock.now()
  const agent: AgentRecord = {
    key,
    id: deps.randomId(10),
    host,
    createdAt: now,
    heartbeatAt: now,
    served: 0,
    rev: 1,
  }
  if (!(await deps.store.putAgent(agent)))
    throw new Problem('retryable', 'no-free-id', 'no free agent id was found; send the request again', {
      retryAfter: 1,
    })
  return agent
}
