import { RedriveRequest } from '@chimney/core/schema/api/agents'
import { Hono } from 'hono'
import type { DeadLetterQueues, QueueState } from '../../queue/dead-letter-queues.ts'
import type { AppEnv } from '../app-env.ts'
import { access } from '../auth/access.ts'
import { requireOperator } from '../auth/operator.ts'
import { jsonBody } from '../body/json-body.ts'
import { describeRoute, jsonResponse, problems } from '../reference/describe-route.ts'
import { respond } from '../responses/respond.ts'

function queuesFor({ options, caller }: AppEnv['Variables']): DeadLetterQueues {
  requireOperator({ options, ...(caller && { caller }) })
  return options.deadLetterQueues ?? { states: async () => [], redrive: async () => 0 }
}

const queueBody = ({ agent, waiting, inFlight, dead }: QueueState) => ({
  agent,
  waiting,
  in_flight: inFlight,
  dead,
})

export const agentRoutes = new Hono<AppEnv>()
  .get(
    '/v1/agents',
    describeRoute({
      operationId: 'listAgents',
      tags: ['Service'],
      summary: 'Number of waiting trials of each agent function',
      responses: { 200: jsonResponse('All agent functions', 'AgentList') },
    }),
    access('admin'),
    async (c) => respond(200, { items: (await queuesFor(c.var).states()).map(queueBody) }),
  )
  .post(
    '/v1/agents/:agent/redrive',
    describeRoute({
      operationId: 'redriveAgent',
      tags: ['Service'],
      summary: 'Redrive dead letters to their agent function',
      responses: { 200: jsonResponse('Number of redriven messages', 'Redriven'), ...problems(404) },
    }),
    access('admin'),
    jsonBody(RedriveRequest, { count: 100 }),
    async (c) => {
      const moved = await queuesFor(c.var).redrive(c.req.valid('param').agent, c.req.valid('json').count)
      return respond(200, { moved })
    },
  )
