import type { Agents } from './agents'
import type { Api } from './api'
import { NAMESPACE } from './metrics'
import type { Queues } from './queues'
import type { Repair } from './repair'
import { readSettings } from './settings/read-settings'
import type { Storage } from './storage'

const MINUTE = 60
/** A trial may wait for capacity; after six hours its agent function is assumed to be broken. */
const MAX_AGE_SECONDS = 6 * 60 * MINUTE
/** A suggestion of a large sweep takes a second, and a cold start another. */
const SLOW_MS = 5_000

/** The monitored resources. */
export interface Monitored {
  readonly storage: Storage
  readonly queues: Queues
  readonly agents: Agents
  readonly api: Api
  readonly apiFunction: $util.Output<string>
  readonly webhookFunction: $util.Output<string>
  /** Absent in `sst dev`. */
  readonly repair?: Repair
}

interface Metric {
  readonly namespace: string
  readonly metricName: string
  readonly dimensions: Record<string, $util.Input<string>>
}
interface Rule {
  /** What is wrong, and what to do: the first line of the email. */
  readonly description: string
  readonly metrics: readonly Metric[]
  /** A percentile (`p99`), `Sum` or `Maximum`; with several metrics, their sum is compared. */
  readonly statistic: string
  readonly threshold: number
  readonly minutes: number
  /** Consecutive. */
  readonly periods: number
  readonly below?: true
}

/**
 * Alarms on failures that users do not see. Created in production and wherever they have a target (`alarmEmail` or `alarmTopic`
 * in the stage's file). AWS charges each metric of an alarm; the first ten of an account are free.
 */
export function createAlarms(monitored: Monitored): void {
  const target = createTarget()
  if ($dev || !($app.protect || target)) return
  for (const [name, rule] of rulesOf(monitored)) createAlarm(name, rule, target)
}

function rulesOf({ storage, queues, agents, api, apiFunction, webhookFunction, repair }: Monitored) {
  const rules: [string, Rule][] = [
    [
      'ApiErrors',
      {
        description: 'The API responds with 5xx. See the field failure of its log lines at level ERROR.',
        metrics: [
          { namespace: 'AWS/ApiGateway', metricName: '5xx', dimensions: { ApiId: api.nodes.api.id } },
        ],
        statistic: 'Sum',
        threshold: 5,
        minutes: 5,
        periods: 1,
      },
    ],
    [
      'ApiSlow',
      {
        description: `The p99 latency of the API is above ${SLOW_MS} ms.`,
        metrics: [
          { namespace: 'AWS/ApiGateway', metricName: 'Latency', dimensions: { ApiId: api.nodes.api.id } },
        ],
        statistic: 'p99',
        threshold: SLOW_MS,
        minutes: 5,
        periods: 3,
      },
    ],
    [
      'ApiThrottled',
      {
        description: 'The gateway refuses requests: all clients together exceed its rate (docs/scale.md).',
        metrics: [countThrottled(api)],
        statistic: 'Sum',
        threshold: 50,
        minutes: 5,
        periods: 2,
      },
    ],
    ['ApiFunction', failureOf('The function of the API fails or is throttled.', apiFunction)],
    // Not its dead letters: a receiver that is unreachable is shown with its webhook.
    ['WebhookFunction', failureOf('The function that delivers to webhooks fails.', webhookFunction)],
    [
      'TableThrottled',
      {
        description:
          'DynamoDB throttles the table or its index: one partition is over its limit (docs/scale.md).',
        // The metrics of the table do not count requests that its index throttles.
        metrics: (
          [
            { TableName: storage.table.name },
            { TableName: storage.table.name, GlobalSecondaryIndexName: 'gsi1' },
          ] as Metric['dimensions'][]
        ).flatMap((dimensions) =>
          ['ReadThrottleEvents', 'WriteThrottleEvents'].map((metricName) => ({
            namespace: 'AWS/DynamoDB',
            metricName,
            dimensions,
          })),
        ),
        statistic: 'Sum',
        threshold: 100,
        minutes: 5,
        periods: 2,
      },
    ],
  ]
  if (repair) rules.push(...rulesOfRepair(repair))
  for (const [agent, { component, queue, dead }] of queues) {
    const queueMetric = (metricName: string, name: $util.Output<string>) => ({
      namespace: 'AWS/SQS',
      metricName,
      dimensions: { QueueName: name },
    })
    rules.push(
      [
        `${component}DeadLetters`,
        {
          description: `The dead-letter queue of agent ${agent} has messages. See its log, then: chimney redrive ${agent}`,
          metrics: [queueMetric('ApproximateNumberOfMessagesVisible', dead.nodes.queue.name)],
          statistic: 'Maximum',
          threshold: 0,
          minutes: 5,
          periods: 1,
        },
      ],
      [
        `${component}Waiting`,
        {
          description: `The oldest trial of agent ${agent} has waited for more than six hours.`,
          metrics: [queueMetric('ApproximateAgeOfOldestMessage', queue.nodes.queue.name)],
          statistic: 'Maximum',
          threshold: MAX_AGE_SECONDS,
          minutes: 15,
          periods: 1,
        },
      ],
    )
    const name = agents.get(agent)
    if (name) rules.push([`${component}Function`, failureOf(`Agent function ${agent} fails.`, name)])
  }
  return rules
}

function rulesOfRepair({ reconcileFunction, repairFunction, deadRepairs }: Repair): [string, Rule][] {
  return [
    [
      'ReconcileFunction',
      failureOf('The schedule of the repair fails: lost trials wait.', reconcileFunction),
    ],
    [
      'ReconcileMissing',
      {
        description: 'The repair has not run for 15 minutes: check that its schedule is enabled.',
        metrics: [lambda('Invocations', reconcileFunction)],
        statistic: 'Sum',
        threshold: 1,
        minutes: 15,
        periods: 1,
        below: true,
      },
    ],
    ['RepairFunction', failureOf('The repair crashes or times out: lost trials wait.', repairFunction)],
    [
      'RepairErrors',
      {
        description:
          'Sweeps or runs cannot be repaired: see the field errors in the log of the repair at level ERROR.',
        metrics: [{ namespace: NAMESPACE, metricName: 'RepairErrors', dimensions: { Stage: $app.stage } }],
        statistic: 'Sum',
        threshold: 3,
        minutes: 5,
        periods: 1,
      },
    ],
    [
      'RepairDeadLetters',
      {
        description:
          'A repair failed five times: see the log of the repair. Purge the dead letters once it is fixed.',
        metrics: [
          {
            namespace: 'AWS/SQS',
            metricName: 'ApproximateNumberOfMessagesVisible',
            dimensions: { QueueName: deadRepairs },
          },
        ],
        statistic: 'Maximum',
        threshold: 0,
        minutes: 5,
        periods: 1,
      },
    ],
  ]
}

/**
 * Requests that the gateway refused with 429. AWS has no metric for them, so they are counted in the access log: the function did
 * not see them. AWS does not promise to log each of very many.
 */
function countThrottled(api: Api): Metric {
  const metric = { namespace: `${NAMESPACE}/${$app.stage}`, name: 'ThrottledRequests' }
  new aws.cloudwatch.LogMetricFilter('ThrottledRequests', {
    logGroupName: api.nodes.logGroup.name,
    pattern: '{ ($.status = "429") && ($.lambda = "-") }',
    // Without a default value: a minute without refusals has no data, and costs nothing.
    metricTransformation: { ...metric, value: '1' },
  })
  return { namespace: metric.namespace, metricName: metric.name, dimensions: {} }
}

const lambda = (metricName: string, functionName: $util.Output<string>): Metric => ({
  namespace: 'AWS/Lambda',
  metricName,
  dimensions: { FunctionName: functionName },
})

/** Errors and throttles of a function. A few are normal when AWS replaces hosts. */
const failureOf = (description: string, name: $util.Output<string>): Rule => ({
  description,
  metrics: [lambda('Errors', name), lambda('Throttles', name)],
  statistic: 'Sum',
  threshold: 3,
  minutes: 5,
  periods: 1,
})

/** The target of alarms: an email address, an existing topic, or none. */
function createTarget(): $util.Input<string> | undefined {
  const { alarmEmail: email, alarmTopic: existing } = readSettings($app.stage)
  if ($dev || (!email && !existing)) return undefined
  if (existing) return existing
  const topic = new aws.sns.Topic('Alarms')
  // AWS first sends a confirmation request to the address; alarms follow once it is confirmed.
  new aws.sns.TopicSubscription('AlarmMail', { topic: topic.arn, protocol: 'email', endpoint: email ?? '' })
  return topic.arn
}

function createAlarm(name: string, rule: Rule, target: $util.Input<string> | undefined): void {
  const { metrics, statistic, minutes } = rule
  const single = metrics.length === 1 ? metrics[0] : undefined
  const period = minutes * MINUTE
  new aws.cloudwatch.MetricAlarm(`${name}Alarm`, {
    alarmDescription: rule.description,
    comparisonOperator: rule.below ? 'LessThanThreshold' : 'GreaterThanThreshold',
    threshold: rule.threshold,
    evaluationPeriods: rule.periods,
    // An idle deployment has no data, which is normal except for the repair.
    treatMissingData: rule.below ? 'breaching' : 'notBreaching',
    alarmActions: target ? [target] : [],
    okActions: target ? [target] : [],
    ...(single
      ? {
          namespace: single.namespace,
          metricName: single.metricName,
          dimensions: single.dimensions,
          period,
          ...(statistic.startsWith('p') ? { extendedStatistic: statistic } : { statistic }),
        }
      : {
          metricQueries: [
            {
              id: 'sum',
              expression: metrics.map((_, at) => `FILL(m${at}, 0)`).join(' + '),
              label: name,
              returnData: true,
            },
            ...metrics.map((metric, at) => ({
              id: `m${at}`,
              metric: { ...metric, period, stat: statistic },
            })),
          ],
        }),
  })
}
