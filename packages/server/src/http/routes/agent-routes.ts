import { RedriveRequest } from '@chimney/core/schema/api/agents'
import { Problem } from '@chimney/core/schema/problem'
import type { DeadLetterQueues, QueueState } from '../../queue/dead-letter-queues.ts'
import { answer } from '../answers/answer.ts'
import { type Call, type Route, route } from '../route.ts'

/** Agent functions belong to the deployment, not to an entity: only admins of the first key's entity operate them. */
function queuesFor({ options, caller }: Pick<Call, 'options' | 'caller'>): DeadLetterQueues {
  const owner = options.masterKey?.entity
  if (owner !== undefined && owner !== caller.entity)
    throw new Problem(
      'forbidden',
      'not-the-operator',
      'agent functions belong to the deployment; operate them with an admin key of the entity that its first key has',
    )
  return options.deadLetterQueues ?? { states: async () => [], redrive: async () => 0 }
}

const body = ({ agent, waiting, inFlight, dead }: QueueState) => ({
  agent,
  waiting,
  in_flight: inFlight,
  dead,
})

export const agentRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/v1/agents',
    id: 'listAgents',
    scope: 'admin',
    tag: 'Service',
    summary: 'How many trials wait for each agent function',
    description:
      'As SQS counts them, approximately. Dead letters were delivered five times and never acknowledged.',
    answers: { 200: { description: 'All agent functions', schema: 'AgentList' } },
    handle: async (call) => answer(200, { items: (await queuesFor(call).states()).map(body) }),
  }),
  route({
    method: 'POST',
    path: '/v1/agents/{agent}/redrive',
    id: 'redriveAgent',
    scope: 'admin',
    tag: 'Service',
    summary: 'Send dead letters to their agent function again',
    description:
      'After what killed them was mended. Call it again while `moved` is as many as were asked for.',
    body: { schema: RedriveRequest, name: 'RedriveRequest', example: { count: 100 } },
    answers: { 200: { description: 'How many were sent', schema: 'Redriven' } },
    problems: [404],
    handle: async (call) =>
      answer(200, { moved: await queuesFor(call).redrive(call.names.agent, call.body.count) }),
  }),
]
