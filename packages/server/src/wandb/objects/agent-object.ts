import type { AgentRecord } from '../../store/agents.ts'
import { agentName } from '../../sweeps/agents/agent-record.ts'
import { connectionOf, type PageArgs } from '../graphql/connection.ts'
import { globalId } from '../graphql/global-id.ts'
import { type DoorRequest, timeOf } from '../graphql/request.ts'
import { runOrder } from '../runs/run-order.ts'
import { fieldsOf, runsOfSweep } from '../runs/run-view.ts'
import { runObject } from './run-object.ts'

export const agentId = ({ key, id }: Pick<AgentRecord, 'key' | 'id'>): string =>
  globalId('Agent', key.entity, key.project, key.sweep, id)

/** An agent that says nothing for so long has gone: nothing else tells when one leaves. Its time moves once a minute. */
const GONE_MS = 5 * 60_000

/** GraphQL `Agent`. */
export const agentObject = (door: DoorRequest, agent: AgentRecord) => ({
  id: agentId(agent),
  name: agent.id,
  host: agent.host,
  state: door.deps.clock.now() - agent.heartbeatAt < GONE_MS ? 'RUNNING' : 'CRASHED',
  totalRuns: agent.served,
  createdAt: timeOf(agent.createdAt),
  heartbeatAt: timeOf(agent.heartbeatAt),
  runs: async ({ after, first, last, order }: PageArgs & { last?: number | null; order?: string | null }) => {
    const name = agentName(agent)
    const mine = (await runsOfSweep(door.deps, agent.key, agent.key.sweep)).filter(
      ({ live }) => live.agent === name,
    )
    const runs = order ? mine.toSorted((a, b) => runOrder(order)(fieldsOf(a), fieldsOf(b))) : mine
    return connectionOf(
      last == null ? runs : runs.slice(-last),
      { after: after ?? null, first: first ?? null },
      ({ record }) => record.key.run,
      (view) => runObject(door, view),
    )
  },
})
