import { existsSync } from 'node:fs'
import { expect, it } from 'vitest'
import agents from '../../examples/long-training/agents.json'
import { evaluate, ofType, only } from './graph.ts'

// The example deploys with the main stacks and its own agents file.
const graph = evaluate('long')
const ROLE = 'aws:iam/role:Role'

interface Statement {
  readonly Action: string[]
  readonly Resource: string[]
}
const inline = (role: Record<string, unknown>) =>
  ((role.inlinePolicies ?? []) as { policy: string }[]).flatMap(
    ({ policy }) => (JSON.parse(policy) as { Statement: Statement[] }).Statement,
  )

it('starts containers from the queue of its agent, with the permission to run only these', () => {
  const granted = inline(only(graph, ROLE, /^LongQueueSubscriber/))
  const others = granted.filter(({ Action }) => !Action.some((action) => action.startsWith('sqs:')))
  expect(others.map(({ Action }) => Action)).toEqual([['ecs:RunTask'], ['iam:PassRole']])
  expect(others[0]!.Resource).toEqual([expect.stringMatching(/^arn:aws:ecs:.*LongTask/)])
  expect(others[1]!.Resource.map((arn) => arn.replace(/-\w+$/, ''))).toEqual([
    expect.stringMatching(/LongTaskExecutionRole$/),
    expect.stringMatching(/LongTaskTaskRole$/),
  ])
})

it('gives the container the URL, and the starter the task', () => {
  const task = only(graph, 'aws:ecs/taskDefinition:TaskDefinition')
  const [container] = JSON.parse(String(task.containerDefinitions)) as { environment: { name: string }[] }[]
  expect(container!.environment.map(({ name }) => name)).toEqual(expect.arrayContaining(['CHIMNEY_URL']))
  expect(task).toMatchObject({ cpu: '1024', memory: '4096', requiresCompatibilities: ['FARGATE'] })
  const build = graph.builds.find(({ handler }) => handler === agents[0]!.handler)
  expect(build?.links.LongTask).toMatchObject({
    cluster: expect.stringMatching(/^arn:aws:ecs:/),
    taskDefinition: expect.stringMatching(/^arn:aws:ecs:/),
    assignPublicIp: true,
  })
})

it('gives containers no AWS permissions', () => {
  for (const name of [/^LongTaskExecutionRole/, /^LongTaskTaskRole/])
    expect(inline(only(graph, ROLE, name))).toEqual([])
})

it('has no idle cost: no service and no NAT gateway', () => {
  const kinds = new Set(graph.resources.map(({ type }) => type))
  for (const expensive of [
    'aws:ec2/natGateway:NatGateway',
    'aws:ec2/instance:Instance',
    'aws:lb/loadBalancer:LoadBalancer',
    'aws:ecs/service:Service',
  ])
    expect(kinds).not.toContain(expensive)
})

it('hides a record while its starter runs, and includes the files of its image', () => {
  const queue = ofType(graph, 'aws:sqs/queue:Queue').find(({ name }) => name.startsWith('LongQueue'))
  expect(queue?.inputs.visibilityTimeoutSeconds).toBeGreaterThanOrEqual(6 * agents[0]!.timeoutSeconds)
  expect(existsSync(agents[0]!.task.dockerfile)).toBe(true)
})
