import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readEnv } from '../../packages/server/src/lambda/env.ts'
import actions from '../../stacks/actions.json'
import agents from '../../stacks/agents.json'
import { evaluate, goldenOf, ofType, only, refusalOf } from './graph.ts'

// Errors that AWS would report at the deployment, or only weeks later. Mocks check our code, not AWS.
const ci = evaluate('ci')
const production = evaluate('production')
const staging = evaluate('staging')
const dev = evaluate('alice', 'dev')
const TOPIC = 'arn:aws:sns:us-east-1:123456789012:ops'
const custom = evaluate('custom')

const TABLE = 'aws:dynamodb/table:Table'
const QUEUE = 'aws:sqs/queue:Queue'
const MAPPING = 'aws:lambda/eventSourceMapping:EventSourceMapping'
const FUNCTION = 'aws:lambda/function:Function'
const ROLE = 'aws:iam/role:Role'
const SCHEDULE = 'aws:scheduler/schedule:Schedule'

interface Statement {
  readonly Action: string[]
  readonly Resource: string[]
  readonly Principal: Record<string, unknown>
}
const statements = (json: unknown): Statement[] =>
  (JSON.parse(String(json)) as { Statement: Statement[] }).Statement
const inline = (role: Record<string, unknown>) =>
  (role.inlinePolicies as { policy: string }[]).flatMap(({ policy }) => statements(policy))
const environment = (inputs: Record<string, unknown>) =>
  (inputs.environment as { variables: Record<string, string> }).variables

describe('the table', () => {
  it('has the keys, the index and the expiry that the store uses, and is billed per request', () => {
    expect(only(ci, TABLE)).toMatchObject({
      hashKey: 'pk',
      rangeKey: 'sk',
      globalSecondaryIndexes: [
        { name: 'gsi1', hashKey: 'gsi1pk', rangeKey: 'gsi1sk', projectionType: 'KEYS_ONLY' },
      ],
      attributes: ['pk', 'sk', 'gsi1pk', 'gsi1sk'].map((name) => ({ name, type: 'S' })),
      ttl: { attributeName: 'ttl', enabled: true },
      billingMode: 'PAY_PER_REQUEST',
    })
  })

  it('is retained, protected and restorable in production, and removed elsewhere', () => {
    const guards = (graph: typeof ci) => {
      const table = only(graph, TABLE)
      const { removal, protect } = graph.app
      return [removal, protect, table.deletionProtectionEnabled, table.pointInTimeRecovery]
    }
    expect(guards(production)).toEqual(['retain', true, true, { enabled: true, recoveryPeriodInDays: 35 }])
    expect(guards(ci)).toEqual(['remove', false, false, { enabled: false }])
    expect(guards(evaluate('prod'))).toEqual(guards(production))
  })
})

describe('files', () => {
  const LIFECYCLE = 'aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration'
  const rules = (graph: typeof ci) => only(graph, LIFECYCLE).rules as Record<string, unknown>[]

  it('are versioned in production, and older versions are kept as long as the table can be restored', () => {
    expect(only(production, 'aws:s3/bucketVersioning:BucketVersioning')).toMatchObject({
      versioningConfiguration: { status: 'Enabled' },
    })
    const table = only(production, TABLE).pointInTimeRecovery as { recoveryPeriodInDays: number }
    expect(rules(production)[1]).toMatchObject({
      status: 'Enabled',
      noncurrentVersionExpiration: { noncurrentDays: table.recoveryPeriodInDays },
      expiration: { expiredObjectDeleteMarker: true },
    })
    expect(ofType(ci, 'aws:s3/bucketVersioning:BucketVersioning')).toEqual([])
    expect(rules(ci)).toHaveLength(1)
  })

  it('of unfinished uploads are removed in every stage', () => {
    for (const graph of [production, ci])
      expect(rules(graph)[0]).toMatchObject({
        status: 'Enabled',
        abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
      })
  })
})

describe('queues', () => {
  it.each(agents)('hide a record of $name for six timeouts of its function', (agent) => {
    const queue = only(ci, QUEUE, new RegExp(`^${agent.name}Queue`, 'i'))
    expect(queue.visibilityTimeoutSeconds).toBeGreaterThanOrEqual(6 * agent.timeoutSeconds)
    // The maximum of SQS.
    expect(queue.visibilityTimeoutSeconds).toBeLessThanOrEqual(43_200)
  })

  it.each(agents)('keep dead letters of $name for two weeks, after at least five receives', (agent) => {
    const queue = only(ci, QUEUE, new RegExp(`^${agent.name}Queue`, 'i'))
    const dead = only(ci, QUEUE, new RegExp(`^${agent.name}DeadLetters`, 'i'))
    const redrive = JSON.parse(String(queue.redrivePolicy)) as Record<string, unknown>
    expect(String(redrive.deadLetterTargetArn).endsWith(`:${dead.name}`)).toBe(true)
    expect(redrive.maxReceiveCount).toBeGreaterThanOrEqual(5)
    expect(dead.messageRetentionSeconds).toBe(14 * 24 * 60 * 60)
  })

  it('hide a message of the repair for six timeouts, and keep it for five receives', () => {
    const queue = only(ci, QUEUE, /^RepairQueue/)
    const timeout = Number(only(ci, FUNCTION, /^RepairQueueSubscriber/).timeout)
    expect(queue.visibilityTimeoutSeconds).toBeGreaterThanOrEqual(6 * timeout)
    expect(queue.messageRetentionSeconds).toBeGreaterThan(5 * Number(queue.visibilityTimeoutSeconds))
    const dead = only(ci, QUEUE, /^RepairDeadLetters/)
    const redrive = JSON.parse(String(queue.redrivePolicy)) as Record<string, unknown>
    expect(String(redrive.deadLetterTargetArn).endsWith(`:${dead.name}`)).toBe(true)
    expect(redrive.maxReceiveCount).toBe(5)
  })

  it('invoke functions with partial responses, within the limits of AWS for batches and concurrency', () => {
    const mappings = ofType(ci, MAPPING)
    expect(mappings).toHaveLength(agents.length + 2)
    for (const { inputs } of mappings) {
      const { maximumConcurrency } = inputs.scalingConfig as { maximumConcurrency: number }
      expect(inputs.functionResponseTypes).toEqual(['ReportBatchItemFailures'])
      expect(maximumConcurrency).toBeGreaterThanOrEqual(2)
      expect(maximumConcurrency).toBeLessThanOrEqual(1000)
      expect(inputs.batchSize).toBeGreaterThanOrEqual(1)
      // Larger batches need a batching window, which only costs time here.
      expect(inputs.batchSize).toBeLessThanOrEqual(10)
    }
  })
})

describe('functions', () => {
  it('are those of the API, the repair, webhooks, and each agent', () => {
    expect(ci.builds.map(({ handler }) => handler).sort()).toEqual(
      [
        'packages/server/src/lambda/api.handler',
        'packages/server/src/lambda/reconcile.handler',
        'packages/server/src/lambda/refused-requests.handler',
        'packages/server/src/lambda/repair.handler',
        'packages/server/src/lambda/webhooks.handler',
        ...agents.map(({ handler }) => handler),
      ].sort(),
    )
  })

  it('leave no setting to the platform’s defaults', () => {
    for (const { inputs } of ofType(production, FUNCTION)) {
      expect(inputs).toMatchObject({
        runtime: 'nodejs24.x',
        architectures: ['arm64'],
        timeout: expect.any(Number),
        memorySize: expect.any(Number),
        loggingConfig: { logFormat: 'JSON', logGroup: expect.any(String) },
      })
    }
    for (const { inputs } of ofType(production, 'aws:cloudwatch/logGroup:LogGroup'))
      expect(inputs.retentionInDays).toBe(30)
  })

  it('of the server have all settings that they read at start', () => {
    for (const { functionID, handler, links } of ci.builds.filter(({ handler }) =>
      handler.startsWith('packages/'),
    )) {
      const inputs = only(ci, FUNCTION, new RegExp(`^${functionID}Function`))
      const env = readEnv(environment(inputs), links)
      expect(Object.keys(env.queues)).toEqual(agents.map(({ name }) => name))
      expect(env.table).toBe(only(ci, TABLE).name)
      expect(env.publicUrl).toMatch(/^https:/)
      // Without a value there is no key: a default would be public.
      expect(env.firstKey, handler).toBeUndefined()
    }
  })

  it('of the server send traces only when X-Ray is on', () => {
    const server = /^(ApiRoute|Reconcile|Repair)/
    const tracingOf = (graph: typeof ci) =>
      ofType(graph, FUNCTION)
        .filter(({ name }) => server.test(name))
        .map(({ inputs }) => [inputs.tracingConfig, environment(inputs).CHIMNEY_TRACING])
    expect(tracingOf(ci)).toEqual(Array(3).fill([undefined, undefined]))
    expect(tracingOf(custom)).toEqual(Array(3).fill([{ mode: 'Active' }, 'xray']))
    const writes = (graph: typeof ci) =>
      ofType(graph, ROLE)
        .flatMap(({ inputs }) => inline(inputs))
        .filter(({ Action }) => Action.includes('xray:PutTraceSegments'))
    expect(writes(ci)).toHaveLength(0)
    expect(writes(custom)).toHaveLength(5)
  })

  it('of the API include the built dashboard in the folder that they read', () => {
    const api = ci.builds.find(({ handler }) => handler === 'packages/server/src/lambda/api.handler')!
    const { pagesFolder } = readEnv(environment(only(ci, FUNCTION, /^ApiRoute/)), api.links)
    const { from } = api.copyFiles.find(({ to }) => to === pagesFolder)!
    expect(existsSync(join(resolve(from), 'index.html'))).toBe(true)
  })

  it('of agents have the URL, no key, and no link to the table', () => {
    for (const { functionID, links } of ci.builds.filter(({ handler }) =>
      agents.some((agent) => agent.handler === handler),
    )) {
      const inputs = only(ci, FUNCTION, new RegExp(`^${functionID}Function`))
      expect(Object.keys(environment(inputs))).toContain('CHIMNEY_URL')
      expect(environment(inputs)).not.toHaveProperty('CHIMNEY_API_KEY')
      expect(links).toEqual({})
    }
  })

  it('of the server sign tokens of trials with one secret, which does not reveal the first key', () => {
    const key = 'a'.repeat(40)
    const { builds } = evaluate('ci', 'deploy', { SST_SECRET_FirstKey: key })
    const server = builds.filter(({ handler }) => handler.startsWith('packages/'))
    const secrets = server.map(({ links }) => (links.TrialTokens as { secret: string }).secret)
    expect(new Set(secrets).size).toBe(1)
    expect(secrets[0]).toMatch(/^[0-9a-f]{64}$/)
    expect(secrets[0]).not.toContain(key)
    for (const { links } of ci.builds.filter(({ handler }) => handler.startsWith('packages/')))
      expect(links.TrialTokens).toMatchObject({ secret: '' })
  })

  it('of the API log no lifecycle lines, and the gateway one short line per call', () => {
    expect(only(production, FUNCTION, /^ApiRoute/).loggingConfig).toEqual({
      logFormat: 'JSON',
      logGroup: expect.any(String),
      systemLogLevel: 'WARN',
    })
    const { accessLogSettings } = only(production, 'aws:apigatewayv2/stage:Stage') as {
      accessLogSettings: { destinationArn: string; format: string }
    }
    expect(accessLogSettings.destinationArn).toMatch(/^arn:/)
    expect(accessLogSettings.format.length).toBeLessThan(260)
  })

  it('time out before the gateway', () => {
    expect(only(ci, FUNCTION, /^ApiRoute/).timeout).toBeLessThan(30)
  })
})

describe('permissions', () => {
  /** Roles by the prefix of their name, with their actions and the suffixes of the resources. */
  const API = [
    ...actions.api.table.map((action) => [action, /TableTable-\w+$/] as const),
    ...actions.api.index.map((action) => [action, /TableTable-\w+\/index\/gsi1$/] as const),
    ...actions.api.files.map((action) => [action, /filesbucket-\w+\/\*$/] as const),
    ...actions.api.bucket.map((action) => [action, /filesbucket-\w+$/] as const),
    ...actions.api.queues.map((action) => [action, /QueueQueue-\w+$/] as const),
    ...actions.api.deadLetters.map((action) => [action, /DeadLettersQueue-\w+$/] as const),
    ...actions.api.webhooks.map((action) => [action, /NotifyQueueQueue-\w+$/] as const),
  ]
  const RECONCILE = [
    ...actions.reconcile.table.map((action) => [action, /TableTable-\w+$/] as const),
    ...actions.reconcile.index.map((action) => [action, /TableTable-\w+\/index\/gsi1$/] as const),
    ...actions.reconcile.repairs.map((action) => [action, /RepairQueueQueue-\w+$/] as const),
  ]
  // Lambda polls the queue with the role of the function.
  const AGENT = [
    'ChangeMessageVisibility',
    'DeleteMessage',
    'GetQueueAttributes',
    'GetQueueUrl',
    'ReceiveMessage',
  ].map((action) => [`sqs:${action}`, /QueueQueue-\w+$/] as const)
  const REPAIR = [
    ...AGENT,
    ...actions.repair.table.map((action) => [action, /TableTable-\w+$/] as const),
    ...actions.repair.index.map((action) => [action, /TableTable-\w+\/index\/gsi1$/] as const),
    ...actions.repair.files.map((action) => [action, /filesbucket-\w+\/\*$/i] as const),
    ...actions.repair.bucket.map((action) => [action, /filesbucket-\w+$/i] as const),
    ...actions.repair.queues.map((action) => [action, /QueueQueue-\w+$/] as const),
    ...actions.repair.webhooks.map((action) => [action, /NotifyQueueQueue-\w+$/] as const),
  ]
  const WEBHOOKS = [...AGENT, ...actions.webhooks.table.map((action) => [action, /TableTable-\w+$/] as const)]
  it.each([
    ['the API', /^ApiRoute/, API],
    ['the schedule’s function', /^ReconcileHandler/, RECONCILE],
    ['the repair', /^RepairQueueSubscriber/, REPAIR],
    ['webhooks', /^NotifyQueueSubscriber/, WEBHOOKS],
    ['an agent function', /^DigitsQueueSubscriber/, AGENT],
    [
      'the schedule',
      /^ReconcileRole/,
      [['lambda:InvokeFunction', /lambda:.*ReconcileHandlerFunction-\w+$/] as const],
    ],
  ])('of %s are the actions that it calls, on the resources that it uses', (_, name, allowed) => {
    for (const graph of [ci, staging, production]) {
      const granted = inline(only(graph, ROLE, name)).flatMap(({ Action, Resource }) =>
        Action.flatMap((action) => Resource.map((resource) => [action, resource] as const)),
      )
      const unknown = granted.filter(
        ([action, resource]) => !allowed.some(([known, suffix]) => known === action && suffix.test(resource)),
      )
      expect(unknown).toEqual([])
      expect([...new Set(granted.map(([action]) => action))].sort()).toEqual(
        [...new Set(allowed.map(([action]) => action))].sort(),
      )
    }
  })

  it('have no wildcards except for the files in the bucket', () => {
    for (const graph of [ci, staging, production])
      for (const { inputs, name } of ofType(graph, ROLE))
        for (const { Action, Resource } of inline(inputs)) {
          expect(Action.join(), name).not.toContain('*')
          for (const resource of Resource)
            expect(resource.replace(/filesbucket-\w+\/\*$/, ''), name).not.toContain('*')
        }
  })

  it('include no managed policy except for writing logs', () => {
    for (const { inputs } of ofType(production, ROLE))
      for (const policy of (inputs.managedPolicyArns ?? []) as string[])
        expect(policy).toBe('arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole')
  })

  it('use one role per function', () => {
    const roles = ofType(production, FUNCTION).map(({ inputs }) => inputs.role)
    expect(new Set(roles).size).toBe(roles.length)
  })

  it('let only AWS services assume a deployed role', () => {
    for (const { inputs, name } of ofType(production, ROLE)) {
      for (const { Principal } of statements(inputs.assumeRolePolicy))
        expect(Object.keys(Principal), name).toEqual(['Service'])
    }
  })

  it('let the developer’s machine assume the roles of `sst dev`, which forwards invocations to it', () => {
    const principals = ofType(dev, ROLE).flatMap(({ inputs }) => statements(inputs.assumeRolePolicy))
    expect(principals.some(({ Principal }) => 'AWS' in Principal)).toBe(true)
  })
})

describe('the API', () => {
  it('is throttled', () => {
    const { defaultRouteSettings } = only(ci, 'aws:apigatewayv2/stage:Stage')
    expect(defaultRouteSettings).toMatchObject({
      throttlingBurstLimit: expect.any(Number),
      throttlingRateLimit: expect.any(Number),
    })
  })

  it('allows no other origin', () => {
    expect(only(ci, 'aws:apigatewayv2/api:Api').corsConfiguration).toEqual({})
  })

  it('outputs its URL, and the command that creates the first key', () => {
    expect(production.outputs).toMatchObject({
      url: expect.stringMatching(/^https:/),
      firstKey: expect.stringContaining('sst secret set FirstKey'),
    })
  })
})

describe('the settings of a stage', () => {
  it('reach the entity, the region and the account', () => {
    expect(environment(only(custom, FUNCTION, /^ApiRoute/)).CHIMNEY_ENTITY).toBe('acme')
    expect(environment(only(ci, FUNCTION, /^ApiRoute/)).CHIMNEY_ENTITY).toBe('local')
    expect(custom.app.providers).toMatchObject({
      aws: { region: 'us-east-1', allowedAccountIds: ['123456789012'] },
    })
  })

  it('are printed before anything is created', () => {
    expect(production.printed[0]).toMatch(
      /^Settings of production \(from .*production.json\):\n {2}region {3}us-east-1\n/,
    )
    expect(ci.printed[0]).toContain('defaults; ')
  })

  it('are recorded in production, where the next deployment looks for them', () => {
    const { name, value } = only(production, 'aws:ssm/parameter:Parameter')
    expect(name).toBe('/chimney/production/settings')
    expect(JSON.parse(String(value))).toEqual({
      entity: 'local',
      domain: null,
      alarms: null,
      agents: agents.map((agent) => agent.name),
    })
    expect(ofType(staging, 'aws:ssm/parameter:Parameter')).toEqual([])
  })

  const last = { entity: 'local', domain: 'sweeps.example.org', alarms: null, agents: ['digits'] }
  it('do not take away what the last deployment of production made', () => {
    const refusal = refusalOf('production', { TEST_DEPLOYED: JSON.stringify(last) })
    expect(refusal).toContain('the domain sweeps.example.org is removed')
    expect(refusal).toContain('CHIMNEY_CHANGE=domain npx sst deploy --stage production')
    const variables = { TEST_DEPLOYED: JSON.stringify(last), CHIMNEY_CHANGE: 'domain' }
    expect(evaluate('production', 'deploy', variables).resources.length).toBe(production.resources.length)
  })

  it('do not make a second production', () => {
    expect(refusalOf('production', { TEST_DEPLOYED: '' })).toContain(
      'no deployment of production is recorded in us-east-1 of this account',
    )
    expect(evaluate('production', 'deploy', { TEST_DEPLOYED: '', CHIMNEY_CHANGE: 'new' }).outputs).toEqual(
      production.outputs,
    )
  })

  it('are refused when the shell contradicts them', () => {
    expect(refusalOf('production', { CHIMNEY_ENTITY: 'other' })).toContain('which has "entity": "local"')
  })
})

describe('the schedule', () => {
  it('runs the repair every minute, without retries', () => {
    expect(only(ci, SCHEDULE)).toMatchObject({
      scheduleExpression: 'rate(1 minute)',
      target: { retryPolicy: { maximumRetryAttempts: 0 } },
    })
    // Lambda itself repeats a failed asynchronous call twice unless configured otherwise.
    expect(only(ci, 'aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig')).toMatchObject({
      maximumRetryAttempts: 0,
    })
  })

  it('does not run in `sst dev`', () => {
    expect(ofType(dev, SCHEDULE)).toEqual([])
  })
})

describe('alarms', () => {
  const ALARM = 'aws:cloudwatch/metricAlarm:MetricAlarm'
  const names = (graph: typeof ci) => ofType(graph, ALARM).map(({ name }) => name)

  it('cover the API, the repair, the table, and three metrics of each agent', () => {
    expect(names(production)).toEqual([
      'ApiErrorsAlarm',
      'ApiFunctionAlarm',
      'ApiSlowAlarm',
      'ApiThrottledAlarm',
      ...agents.flatMap(() => ['DigitsDeadLettersAlarm', 'DigitsFunctionAlarm', 'DigitsWaitingAlarm']),
      'ReconcileFunctionAlarm',
      'ReconcileMissingAlarm',
      'RepairDeadLettersAlarm',
      'RepairErrorsAlarm',
      'RepairFunctionAlarm',
      'TableThrottledAlarm',
      'WebhookFunctionAlarm',
    ])
  })

  it('see requests that the gateway refuses, and throttles of the index', () => {
    const filter = only(production, 'aws:cloudwatch/logMetricFilter:LogMetricFilter')
    const { accessLogSettings } = only(production, 'aws:apigatewayv2/stage:Stage') as {
      accessLogSettings: { destinationArn: string; format: string }
    }
    expect(accessLogSettings.destinationArn.endsWith(String(filter.logGroupName))).toBe(true)
    const fields = JSON.parse(accessLogSettings.format) as Record<string, string>
    for (const [, field] of String(filter.pattern).matchAll(/\$\.(\w+)/g))
      expect(fields).toHaveProperty(field!)
    const { namespace, name } = filter.metricTransformation as Record<string, string>
    expect(only(production, ALARM, /^ApiThrottled/)).toMatchObject({ namespace, metricName: name })
    const { metricQueries } = only(production, ALARM, /^TableThrottled/) as {
      metricQueries: { metric?: { metricName: string; dimensions: Record<string, string> } }[]
    }
    const index = metricQueries.filter(({ metric }) => metric?.dimensions.GlobalSecondaryIndexName === 'gsi1')
    expect(index.map(({ metric }) => metric?.metricName)).toEqual([
      'ReadThrottleEvents',
      'WriteThrottleEvents',
    ])
  })

  it('have as many metrics, which AWS charges, as docs/deploy.md says', () => {
    const alarms = ofType(production, ALARM)
    const metrics = alarms.flatMap(({ inputs }) =>
      ((inputs.metricQueries ?? [{ metric: inputs }]) as { metric?: object }[]).filter(
        ({ metric }) => metric,
      ),
    )
    expect(readFileSync('docs/deploy.md', 'utf8').replaceAll(/\s+/g, ' ')).toContain(
      `${metrics.length} metrics in ${alarms.length} alarms`,
    )
  })

  it('are created where they have a target, and in production', () => {
    expect(names(ci)).toEqual([])
    expect(names(dev)).toEqual([])
    expect(names(staging)).toEqual(names(production))
    expect(only(staging, 'aws:sns/topicSubscription:TopicSubscription')).toMatchObject({
      protocol: 'email',
      endpoint: 'ops@example.org',
    })
    for (const { inputs } of ofType(staging, ALARM))
      expect(inputs.alarmActions).toEqual([
        only(staging, 'aws:sns/topic:Topic').arn ?? expect.stringContaining('Alarms'),
      ])
  })

  it('go to an existing topic', () => {
    expect(ofType(custom, 'aws:sns/topic:Topic')).toEqual([])
    expect(names(custom)).toEqual(names(production))
    for (const { inputs } of ofType(custom, ALARM)) expect(inputs.alarmActions).toEqual([TOPIC])
  })

  it('refer to existing functions, queues and the table', () => {
    const known = JSON.stringify(production.resources.filter(({ type }) => type !== ALARM))
    for (const { inputs } of ofType(production, ALARM)) {
      const queries = (inputs.metricQueries ?? [{ metric: inputs }]) as { metric?: { dimensions: object } }[]
      const dimensions = queries.flatMap(({ metric }) => Object.values(metric?.dimensions ?? {}))
      if (!String(inputs.namespace).startsWith('Chimney/')) expect(dimensions.length).toBeGreaterThan(0)
      for (const value of dimensions.filter((one) => one !== 'gsi1'))
        if (!String(value).endsWith('-id')) expect(known).toContain(JSON.stringify(value).slice(0, -1))
    }
  })
})

describe('a custom domain', () => {
  it('belongs to the API, and is the public URL of the functions', () => {
    expect(only(custom, 'aws:apigatewayv2/domainName:DomainName')).toMatchObject({
      domainName: 'sweeps.example.org',
    })
    expect(custom.outputs.url).toMatch(/^https:\/\/sweeps\.example\.org/)
    expect(environment(only(custom, FUNCTION, /^ApiRoute/)).CHIMNEY_PUBLIC_URL).toMatch(
      /^https:\/\/sweeps\.example\.org/,
    )
  })
})

it('a custom domain outside of Route 53 needs a record that points to the gateway’s name for it', () => {
  expect(custom.outputs.dnsTarget).toMatch(/^d-.*\.execute-api\.us-east-1\.amazonaws\.com$/)
  expect(production.outputs).not.toHaveProperty('dnsTarget')
})

it('the dashboard’s name differs between regions, which share the names of an account', () => {
  const [dashboard] = ofType(production, 'aws:cloudwatch/dashboard:Dashboard')
  expect(dashboard!.inputs.dashboardName).toBe('chimney-production-us-east-1')
})

describe('`sst dev`', () => {
  it('says how to create a key where there is none, instead of a failing demo', () => {
    const digits = (graph: typeof ci) =>
      graph.commands.find(({ title }) => title === 'Sweep of the digits example')?.command
    expect(digits(dev)).toMatch(/^echo '.*npx sst secret set FirstKey .* --stage alice/)
    const withKey = evaluate('alice', 'dev', { SST_SECRET_FirstKey: 'a'.repeat(40) })
    expect(digits(withKey)).toMatch(/^npx chimney sweep/)
  })

  it('repairs on the developer’s machine, and offers the dashboard and a demo', () => {
    const commands = ofType(dev, 'sst:sst:DevCommand').map(({ name }) => name)
    expect(commands).toEqual(['Dashboard', 'Digits', 'Repair'])
    expect(dev.app.removal).toBe('remove')
  })
})

it('tags everything with the app and the stage', () => {
  for (const graph of [ci, staging, production, dev])
    expect(graph.app.providers).toMatchObject({
      aws: { defaultTags: { tags: { app: 'chimney', stage: graph.app.stage } } },
    })
})

it.each([
  ['dev', dev],
  ['staging', staging],
  ['production', production],
])('deploys in %s what was reviewed; else run this with -u and read the difference', async (name, graph) => {
  await expect(goldenOf(graph)).toMatchFileSnapshot(`golden/${name}.golden.json`)
})
