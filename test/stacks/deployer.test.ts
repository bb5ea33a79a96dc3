import { execFileSync, spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readPage } from '../documents/markdown.ts'
import { evaluate, type Resource } from './graph.ts'

interface Statement {
  readonly Sid: string
  readonly Effect: string
  readonly Action: readonly string[]
  readonly Resource: readonly string[]
}

const ACCOUNT = '123456789012'
const REGION = 'us-east-1'
const inRegion = (service: string) => `arn:aws:${service}:${REGION}:${ACCOUNT}`

const { blocks } = readPage('docs/deploy.md', readFileSync('docs/deploy.md', 'utf8'))
const blockOf = (mark: string) => {
  const found = blocks.filter((block) => block.mark === mark)
  if (found.length !== 1) throw new Error(`docs/deploy.md has ${found.length} blocks marked "${mark}"`)
  return found[0]!.code
}
const text = blockOf('policy of the deployer')
const { Statement: statements } = JSON.parse(text) as { Statement: Statement[] }

const matches = (pattern: string, value: string): boolean =>
  new RegExp(`^${pattern.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`, 'i').test(value)
const allows = (action: string, resource: string): boolean =>
  statements.some(
    ({ Action, Resource }) =>
      Action.some((pattern) => matches(pattern, action)) &&
      Resource.some((pattern) => matches(pattern, resource)),
  )

const nameOf = ({ inputs, name }: Resource): string =>
  String(inputs.name ?? inputs.bucket ?? inputs.dashboardName ?? `${name}-1a2b3c4`)

/** For each type of resource: the ARN of one, and the actions that create, read, change and delete it. */
const NEEDS: Readonly<Record<string, readonly [arn: (resource: Resource) => string, actions: string]>> = {
  'aws:apigatewayv2/api:Api': [
    () => `arn:aws:apigateway:${REGION}::/apis/a1`,
    'apigateway:POST GET PATCH DELETE TagResource',
  ],
  'aws:apigatewayv2/apiMapping:ApiMapping': [
    () => `arn:aws:apigateway:${REGION}::/domainnames/d/apimappings`,
    'apigateway:POST GET PATCH DELETE',
  ],
  'aws:apigatewayv2/domainName:DomainName': [
    () => `arn:aws:apigateway:${REGION}::/domainnames`,
    'apigateway:POST GET PATCH DELETE',
  ],
  'aws:apigatewayv2/integration:Integration': [
    () => `arn:aws:apigateway:${REGION}::/apis/a1/integrations`,
    'apigateway:POST GET PATCH DELETE',
  ],
  'aws:apigatewayv2/route:Route': [
    () => `arn:aws:apigateway:${REGION}::/apis/a1/routes`,
    'apigateway:POST GET PATCH DELETE',
  ],
  'aws:apigatewayv2/stage:Stage': [
    () => `arn:aws:apigateway:${REGION}::/apis/a1/stages`,
    'apigateway:POST GET PATCH DELETE',
  ],
  'aws:cloudwatch/dashboard:Dashboard': [
    (made) => `arn:aws:cloudwatch::${ACCOUNT}:dashboard/${nameOf(made)}`,
    'cloudwatch:PutDashboard GetDashboard DeleteDashboards',
  ],
  'aws:cloudwatch/logGroup:LogGroup': [
    (made) => `${inRegion('logs')}:log-group:${nameOf(made)}`,
    'logs:CreateLogGroup PutRetentionPolicy DeleteLogGroup TagResource ListTagsForResource',
  ],
  'aws:cloudwatch/logMetricFilter:LogMetricFilter': [
    () => `${inRegion('logs')}:log-group:/aws/vendedlogs/apis/chimney-production-Api-abcdefgh`,
    'logs:PutMetricFilter DescribeMetricFilters DeleteMetricFilter',
  ],
  'aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter': [
    () => `${inRegion('logs')}:log-group:/aws/vendedlogs/apis/chimney-production-Api-abcdefgh`,
    'logs:PutSubscriptionFilter DescribeSubscriptionFilters DeleteSubscriptionFilter',
  ],
  'aws:cloudwatch/metricAlarm:MetricAlarm': [
    (made) => `${inRegion('cloudwatch')}:alarm:${nameOf(made)}`,
    'cloudwatch:PutMetricAlarm DescribeAlarms DeleteAlarms TagResource ListTagsForResource',
  ],
  'aws:dynamodb/table:Table': [
    (made) => `${inRegion('dynamodb')}:table/${nameOf(made)}`,
    'dynamodb:CreateTable DescribeTable UpdateTable DeleteTable DescribeContinuousBackups UpdateContinuousBackups DescribeTimeToLive UpdateTimeToLive TagResource ListTagsOfResource',
  ],
  'aws:iam/role:Role': [
    (made) => `arn:aws:iam::${ACCOUNT}:role/${nameOf(made)}`,
    'iam:CreateRole GetRole UpdateAssumeRolePolicy DeleteRole TagRole PutRolePolicy GetRolePolicy DeleteRolePolicy ListRolePolicies AttachRolePolicy ListAttachedRolePolicies DetachRolePolicy ListInstanceProfilesForRole PassRole',
  ],
  'aws:lambda/eventSourceMapping:EventSourceMapping': [
    () => `${inRegion('lambda')}:event-source-mapping:5f0a`,
    'lambda:CreateEventSourceMapping GetEventSourceMapping UpdateEventSourceMapping DeleteEventSourceMapping',
  ],
  'aws:lambda/function:Function': [
    (made) => `${inRegion('lambda')}:function:${nameOf(made)}`,
    'lambda:CreateFunction GetFunction UpdateFunctionCode UpdateFunctionConfiguration DeleteFunction TagResource ListVersionsByFunction GetFunctionCodeSigningConfig',
  ],
  'aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig': [
    () => `${inRegion('lambda')}:function:chimney-production-f`,
    'lambda:PutFunctionEventInvokeConfig GetFunctionEventInvokeConfig DeleteFunctionEventInvokeConfig',
  ],
  'aws:lambda/permission:Permission': [
    () => `${inRegion('lambda')}:function:chimney-production-f`,
    'lambda:AddPermission GetPolicy RemovePermission',
  ],
  ...Object.fromEntries(
    ['bucket:Bucket', 'bucketPolicy:BucketPolicy', 'bucketVersioning:BucketVersioning']
      .concat(['bucketLifecycleConfiguration:BucketLifecycleConfiguration'])
      .concat([
        'bucketPublicAccessBlock:BucketPublicAccessBlock',
        'bucketCorsConfiguration:BucketCorsConfiguration',
      ])
      .map((type) => [
        `aws:s3/${type}`,
        [
          (made: Resource) => `arn:aws:s3:::${nameOf(made)}`,
          's3:CreateBucket ListBucket DeleteBucket GetBucketPolicy PutBucketPolicy PutBucketVersioning PutLifecycleConfiguration PutBucketPublicAccessBlock PutBucketCORS GetBucketCORS PutBucketTagging',
        ] as const,
      ]),
  ),
  'aws:s3/bucketObjectv2:BucketObjectv2': [
    () => 'arn:aws:s3:::sst-asset-abcdefgh/assets/code.zip',
    's3:PutObject GetObject DeleteObject',
  ],
  'aws:scheduler/schedule:Schedule': [
    (made) => `${inRegion('scheduler')}:schedule/default/${nameOf(made)}`,
    'scheduler:CreateSchedule GetSchedule UpdateSchedule DeleteSchedule',
  ],
  'aws:sns/topic:Topic': [
    (made) => `${inRegion('sns')}:${nameOf(made)}`,
    'sns:CreateTopic GetTopicAttributes SetTopicAttributes DeleteTopic TagResource ListTagsForResource',
  ],
  'aws:sns/topicSubscription:TopicSubscription': [
    () => `${inRegion('sns')}:Alarms-1a2b3c4`,
    'sns:Subscribe GetSubscriptionAttributes Unsubscribe',
  ],
  'aws:sqs/queue:Queue': [
    (made) => `${inRegion('sqs')}:${nameOf(made)}`,
    'sqs:CreateQueue GetQueueAttributes SetQueueAttributes DeleteQueue TagQueue ListQueueTags',
  ],
  'aws:ssm/parameter:Parameter': [
    (made) => `${inRegion('ssm')}:parameter${nameOf(made)}`,
    'ssm:PutParameter GetParameters DeleteParameter AddTagsToResource ListTagsForResource',
  ],
}

describe('the policy of the deployer', () => {
  const made = ['production', 'staging', 'custom']
    .flatMap((stage) => evaluate(stage).resources)
    .filter(({ type }) => type.startsWith('aws:'))

  it('allows to create, read, change and delete every resource of the graph', () => {
    const unknown = [...new Set(made.map(({ type }) => type))].filter((type) => !(type in NEEDS))
    expect(unknown).toEqual([])
    const refused = made.flatMap((resource) => {
      const [arn, list] = NEEDS[resource.type]!
      const [service, ...names] = list.split(/[: ]/)
      return names
        .map((name) => `${service}:${name}`)
        .filter((action) => !allows(action, arn(resource)))
        .map((action) => `${action} on ${arn(resource)}`)
    })
    expect([...new Set(refused)]).toEqual([])
  })

  it('allows what the platform keeps its state with, and the record of the last deployment', () => {
    for (const [action, resource] of [
      ['s3:PutObject', 'arn:aws:s3:::sst-state-abcdefgh/app/chimney/production.json'],
      ['s3:CreateBucket', 'arn:aws:s3:::sst-asset-abcdefgh'],
      ['ssm:PutParameter', `${inRegion('ssm')}:parameter/sst/bootstrap`],
      ['ssm:GetParameter', `${inRegion('ssm')}:parameter/sst/passphrase/chimney/production`],
      ['ssm:GetParametersByPath', `${inRegion('ssm')}:parameter/chimney/production`],
      ['ecr:CreateRepository', `${inRegion('ecr')}:repository/sst-asset`],
    ] as const)
      expect(allows(action, resource), `${action} on ${resource}`).toBe(true)
  })

  it('gives no access to what others have in the account', () => {
    for (const [action, resource] of [
      ['s3:GetObject', 'arn:aws:s3:::payroll/a'],
      ['dynamodb:DeleteTable', `${inRegion('dynamodb')}:table/payroll`],
      ['lambda:UpdateFunctionCode', `${inRegion('lambda')}:function:payroll`],
      ['iam:PutRolePolicy', `arn:aws:iam::${ACCOUNT}:role/Admin`],
      ['iam:CreateUser', `arn:aws:iam::${ACCOUNT}:user/chimney`],
      ['ssm:GetParameter', `${inRegion('ssm')}:parameter/payroll/password`],
    ] as const)
      expect(allows(action, resource), `${action} on ${resource}`).toBe(false)
  })

  it('fits into a managed policy of AWS', () => {
    expect(text.replaceAll(/\s/g, '').length).toBeLessThanOrEqual(6_144)
  })
})

describe('GitHub workflows', () => {
  const folder = '.github/workflows'
  const workflows = new Map([
    ['docs/deploy.md', blockOf('GitHub workflow')],
    ...readdirSync(folder).map((name) => [name, readFileSync(`${folder}/${name}`, 'utf8')] as const),
  ])

  // Needs Go, as `npm run test:clients` does; built once, then in Go's cache.
  it.each([...workflows])('%s is valid', { timeout: 600_000 }, (_, workflow) => {
    execFileSync('go', ['version'])
    const lint = ['run', 'github.com/rhysd/actionlint/cmd/actionlint@v1.7.12', '-no-color', '-']
    const { stdout, stderr } = spawnSync('go', lint, { encoding: 'utf8', input: workflow })
    expect(`${stdout}${stderr.replaceAll(/^go: .*\n/gm, '')}`).toBe('')
  })
})
