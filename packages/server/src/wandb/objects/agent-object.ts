import { globalId } from '../../global-id.ts'
import type { AgentRecord } from '../../store/agents.ts'
import { agentName } from '../../sweeps/agents/agent-record.ts'
import { connectionOf, type PageArgs } from '../graphql/connection.ts'
import { timeOf } from '../graphql/context.ts'
import { runOrder } from '../runs/run-order.ts'
import { fieldsOf, runsOfSweep } from '../runs/run-view.ts'
import type { ObjectContext } from './links.ts'
import { runObject } from './run-object.ts'

export const agentId = ({ key, id }: Pick<AgentRecord, 'key' | 'id'>): string =>
  globalId('Agent', key.entity, key.project, key.sweep, id)

/** An agent without a poll for this long counts as crashed. Its heartbeat is stored once a minute. */
const SILENT_MS = 5 * 60_000

/** GraphQL `Agent`. */
export const agentObject = (ctx: ObjectContext, agent: AgentRecord) => ({
  id: agentId(agent),
  name: agent.id,
  host: agent.host,
  state: ctx.deps.clock.now() - agent.heartbeatAt < SILENT_MS ? 'RUNNING' : 'CRASHED',
  totalRuns: agent.served,
  createdAt: timeOf(agent.createdAt),
  heartbeatAt: timeOf(agent.heartbeatAt),
  runs: async ({ after, first, last, order }: PageArgs & { last?: number | null; order?: string | null }) => {
    const name = agentName(agent)
    const mine = (await runsOfSweep(ctx.deps, agent.key, agent.key.sweep)).filter(
      ({ live }) => live.agent === name,
    )
    const runs = order ? mine.toSorted((a, b) => runOrder(order)(fieldsOf(a), fieldsOf(b))) : mine
    return connectionOf(
      last == null ? runs : runs.slice(-last),
      { after: after ?? null, first: first ?? null },
      ({ record }) => record.key.run,
      (view) => runObject(ctx, view),
    )
  },
})
