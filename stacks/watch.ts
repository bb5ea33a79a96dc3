import type { Monitored } from './alarms'
import { NAMESPACE } from './metrics'

const HALF = 12
const HEIGHT = 6
/**
 * A CloudWatch dashboard of requests, trials, queues, functions and the table. In production only: the first three dashboards of
 * an account are free, each further one is $3 a month.
 */
export function createMonitoringPage({ storage, queues, agents, api, apiFunction, repair }: Monitored): void {
  if ($dev || !$app.protect) return
  const functions = {
    api: apiFunction,
    reconcile: repair?.reconcileFunction,
    repair: repair?.repairFunction,
    ...Object.fromEntries(agents),
  }
  const { region } = aws.getRegionOutput()
  const names = $resolve({
    region,
    api: api.nodes.api.id,
    table: storage.table.name,
    functions: $resolve(functions),
    queues: $resolve(
      Object.fromEntries(
        [...queues].map(([agent, { queue, dead }]) => [
          agent,
          $resolve({ queue: queue.nodes.queue.name, dead: dead.nodes.queue.name }),
        ]),
      ),
    ),
  })
  new aws.cloudwatch.Dashboard('Watch', {
    // With the region: the names of an account's dashboards are the same in all regions.
    dashboardName: $interpolate`${$app.name}-${$app.stage}-${region}`,
    dashboardBody: names.apply((resolved) => JSON.stringify({ widgets: widgetsOf(resolved, $app.stage) })),
  })
}

interface ResolvedNames {
  readonly region: string
  readonly api: string
  readonly table: string
  readonly functions: Readonly<Record<string, string | undefined>>
  readonly queues: Readonly<Record<string, { readonly queue: string; readonly dead: string }>>
}
type Line = readonly (string | object)[]

function widgetsOf(names: ResolvedNames, stage: string) {
  const functions = Object.entries(names.functions).filter(([, name]) => name !== undefined)
  const own = (name: string, stat: string): Line => [NAMESPACE, name, 'Stage', stage, { stat }]
  const gateway = (name: string, stat: string): Line => [
    'AWS/ApiGateway',
    name,
    'ApiId',
    names.api,
    { stat, label: `${name} ${stat}` },
  ]
  const graphs: [title: string, lines: Line[]][] = [
    ['Requests', [gateway('Count', 'Sum'), gateway('4xx', 'Sum'), gateway('5xx', 'Sum')]],
    ['Latency, ms', [gateway('Latency', 'p50'), gateway('Latency', 'p99')]],
    [
      'Trials',
      ['TrialsHandedOut', 'StopDecisions', 'LostLeases', 'RepairErrors', 'UnrecognizedRequests'].map((name) =>
        own(name, 'Sum'),
      ),
    ],
    ['Suggestion, ms', [own('SuggestionMs', 'p50'), own('SuggestionMs', 'p99')]],
    [
      'Queues',
      Object.entries(names.queues).flatMap(([agent, { queue, dead }]): Line[] => [
        ['AWS/SQS', 'ApproximateNumberOfMessagesVisible', 'QueueName', queue, { label: `${agent} waiting` }],
        ['AWS/SQS', 'ApproximateNumberOfMessagesVisible', 'QueueName', dead, { label: `${agent} dead` }],
      ]),
    ],
    [
      'Functions: errors and throttles',
      functions.flatMap(([label, name]): Line[] =>
        ['Errors', 'Throttles'].map((metric) => [
          'AWS/Lambda',
          metric,
          'FunctionName',
          name ?? '',
          { stat: 'Sum', label: `${label} ${metric.toLowerCase()}` },
        ]),
      ),
    ],
    [
      'Functions at a time',
      functions.map(
        ([label, name]): Line => [
          'AWS/Lambda',
          'ConcurrentExecutions',
          'FunctionName',
          name ?? '',
          { stat: 'Maximum', label },
        ],
      ),
    ],
    [
      'Table, units',
      ['ConsumedReadCapacityUnits', 'ConsumedWriteCapacityUnits', 'WriteThrottleEvents'].map(
        (metric): Line => ['AWS/DynamoDB', metric, 'TableName', names.table, { stat: 'Sum' }],
      ),
    ],
  ]
  return graphs.map(([title, metrics], at) => ({
    type: 'metric',
    x: (at % 2) * HALF,
    y: Math.floor(at / 2) * HEIGHT,
    width: HALF,
    height: HEIGHT,
    properties: { title, metrics, region: names.region, view: 'timeSeries', period: 60 },
  }))
}
