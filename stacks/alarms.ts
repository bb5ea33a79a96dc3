import type { Agents, Queues } from './agents'
import type { Api } from './api'
import type { Storage } from './storage'

const MINUTE = 60
/** A trial may wait for its turn; six hours without one means that its agent function does not work. */
const WAITED_TOO_LONG_SECONDS = 6 * 60 * MINUTE
/** What people notice. A suggestion of a large sweep takes a second, a cold start another. */
const SLOW_MS = 5_000

/** Things that are watched, as they are after everything else was made. */
export interface Watched {
  readonly storage: Storage
  readonly queues: Queues
  readonly agents: Agents
  readonly api: Api
  readonly apiFunction: $util.Output<string>
  /** Absent in `sst dev`, which has no schedule. */
  readonly reconcileFunction?: $util.Output<string>
}

interface Metric {
  readonly namespace: string
  readonly metricName: string
  readonly dimensions: Record<string, $util.Input<string>>
}
interface Rule {
  /** What is wrong, and what to do: the first line of the mail. */
  readonly description: string
  readonly metrics: readonly Metric[]
  /** A percentile (`p99`), `Sum` or `Maximum`; with several metrics, their sum is compared. */
  readonly statistic: string
  readonly threshold: number
  readonly minutes: number
  /** In a row. */
  readonly periods: number
  readonly below?: true
}

/**
 * Alarms on what nobody would see otherwise. They are made where somebody is told (`CHIMNEY_ALARM_EMAIL` or
 * `CHIMNEY_ALARM_TOPIC`) and in production, where they show in the console at least. Nine with one agent function: the first
 * ten of an account are free.
 */
export function createAlarms(watched: Watched): void {
  const target = createTarget()
  if ($dev || !($app.protect || target)) return
  for (const [name, rule] of rulesOf(watched)) createAlarm(name, rule, target)
}

function rulesOf({ storage, queues, agents, api, apiFunction, reconcileFunction }: Watched) {
  const rules: [string, Rule][] = [
    [
      'ApiErrors',
      {
        description: 'The API answers 5xx. Its log says why: failure in the lines with status 500.',
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
        description: `One request in a hundred takes longer than ${SLOW_MS} ms.`,
        metrics: [
          { namespace: 'AWS/ApiGateway', metricName: 'Latency', dimensions: { ApiId: api.nodes.api.id } },
        ],
        statistic: 'p99',
        threshold: SLOW_MS,
        minutes: 5,
        periods: 3,
      },
    ],
    ['ApiFunction', troubleOf('The function of the API fails or is throttled.', apiFunction)],
    [
      'TableThrottled',
      {
        description:
          'DynamoDB throttles the table: one partition gets more than it can take (docs/scale.md).',
        metrics: ['ReadThrottleEvents', 'WriteThrottleEvents'].map((metricName) => ({
          namespace: 'AWS/DynamoDB',
          metricName,
          dimensions: { TableName: storage.table.name },
        })),
        statistic: 'Sum',
        threshold: 100,
        minutes: 5,
        periods: 2,
      },
    ],
  ]
  if (reconcileFunction)
    rules.push(
      ['ReconcileFunction', troubleOf('The repair fails: lost trials are not noticed.', reconcileFunction)],
      [
        'ReconcileMissing',
        {
          description: 'The repair has not run for a quarter of an hour: is its schedule enabled?',
          metrics: [lambda('Invocations', reconcileFunction)],
          statistic: 'Sum',
          threshold: 1,
          minutes: 15,
          periods: 1,
          below: true,
        },
      ],
    )
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
          description: `Messages of agent ${agent} are dead. See its log, then: chimney redrive ${agent}`,
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
          description: `The oldest trial of agent ${agent} waits for more than six hours.`,
          metrics: [queueMetric('ApproximateAgeOfOldestMessage', queue.nodes.queue.name)],
          statistic: 'Maximum',
          threshold: WAITED_TOO_LONG_SECONDS,
          minutes: 15,
          periods: 1,
        },
      ],
    )
    const name = agents.get(agent)
    if (name) rules.push([`${component}Function`, troubleOf(`Agent function ${agent} fails.`, name)])
  }
  return rules
}

const lambda = (metricName: string, functionName: $util.Output<string>): Metric => ({
  namespace: 'AWS/Lambda',
  metricName,
  dimensions: { FunctionName: functionName },
})

/** Errors and throttles of a function together. A single one happens: AWS replaces machines. */
const troubleOf = (description: string, name: $util.Output<string>): Rule => ({
  description,
  metrics: [lambda('Errors', name), lambda('Throttles', name)],
  statistic: 'Sum',
  threshold: 3,
  minutes: 5,
  periods: 1,
})

/** Where alarms go: an address, a topic that is there already, or nowhere. */
function createTarget(): $util.Input<string> | undefined {
  const { CHIMNEY_ALARM_EMAIL: email, CHIMNEY_ALARM_TOPIC: existing } = process.env
  if ($dev || (!email && !existing)) return undefined
  if (existing) return existing
  const topic = new aws.sns.Topic('Alarms')
  // AWS sends a letter to the address first, and nothing more until somebody has confirmed it.
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
    // Nothing happens where nobody trains, and that is well; a repair that does not happen is not.
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
