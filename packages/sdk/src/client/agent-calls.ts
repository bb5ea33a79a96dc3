import type { AgentQueue, Redriven } from '@chimney/core/schema/api/agents'
import type { Page } from '@chimney/core/schema/api/page'
import type { Connection } from './connection.ts'

export const agentCalls = ({ call }: Connection) => ({
  /** The queues of agent functions. */
  listAgents: async () => (await call<Page<AgentQueue>>({ method: 'GET', path: '/v1/agents' })).items,
  /** Moves up to `count` messages from the dead-letter queue of an agent function back to its queue. Returns how many. */
  redrive: async (agent: string, count: number): Promise<number> => {
    const path = `/v1/agents/${encodeURIComponent(agent)}/redrive`
    return (await call<Redriven>({ method: 'POST', path, body: { count } })).moved
  },
})
