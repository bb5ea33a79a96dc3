import { RedriveRequest } from '@chimney/core/schema/api/agents'
import { Problem } from '@chimney/core/schema/problem'
import type { Desk, QueueState } from '../../queue/sqs-desk.ts'
import { answer } from '../answers/answer.ts'
import { type Call, type Route, route } from '../route.ts'

/** Agent functions belong to the deployment, not to an entity: only whose first key it is operates them. */
function deskFor({ options, caller }: Pick<Call, 'options' | 'caller'>): Desk {
  const owner = options.masterKey?.entity
  if (owner !== undefined && owner !== caller.entity)
    throw new Problem(
      'forbidden',
      'not-the-operator',
      'agent functions belong to the deployment; operate them with an admin key of the entity that its first key has',
    )
  return options.desk ?? { look: async () => [], redrive: async () => 0 }
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
    handle: async (call) => answer(200, { items: (await deskFor(call).look()).map(body) }),
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
      answer(200, { moved: await deskFor(call).redrive(call.names.agent, call.body.count) }),
  }),
]
