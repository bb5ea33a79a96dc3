import type { Watched } from './alarms'

const HALF = 12
const HEIGHT = 6
/** Where the functions write their own metrics (`packages/server/src/lambda/emf.ts`), by stage. */
export const NAMESPACE = 'Chimney'

/**
 * One page in CloudWatch with what happens: requests, trials, queues, functions, table. In production only: the first three
 * dashboards of an account are free, each further one is three dollars a month.
 */
export function createWatchPage({
  storage,
  queues,
  agents,
  api,
  apiFunction,
  reconcileFunction,
}: Watched): void {
  if ($dev || !$app.protect) return
  const functions = { api: apiFunction, reconcile: reconcileFunction, ...Object.fromEntries(agents) }
  const names = $resolve({
    region: aws.getRegionOutput().region,
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
    dashboardName: `${$app.name}-${$app.stage}`,
    dashboardBody: names.apply((known) => JSON.stringify({ widgets: widgetsOf(known, $app.stage) })),
  })
}

interface Known {
  readonly region: string
  readonly api: string
  readonly table: string
  readonly functions: Readonly<Record<string, string | undefined>>
  readonly queues: Readonly<Record<string, { readonly queue: string; readonly dead: string }>>
}
type Line = readonly (string | object)[]

function widgetsOf(known: Known, stage: string) {
  const functions = Object.entries(known.functions).filter(([, name]) => name !== undefined)
  const own = (name: string, stat: string): Line => [NAMESPACE, name, 'Stage', stage, { stat }]
  const gateway = (name: string, stat: string): Line => [
    'AWS/ApiGateway',
    name,
    'ApiId',
    known.api,
    { stat, label: `${name} ${stat}` },
  ]
  const graphs: [title: string, lines: Line[]][] = [
    ['Requests', [gateway('Count', 'Sum'), gateway('4xx', 'Sum'), gateway('5xx', 'Sum')]],
    ['Latency, ms', [gateway('Latency', 'p50'), gateway('Latency', 'p99')]],
    ['Trials', [own('TrialsHandedOut', 'Sum'), own('StopDecisions', 'Sum'), own('LostLeases', 'Sum')]],
    ['Suggestion, ms', [own('SuggestionMs', 'p50'), own('SuggestionMs', 'p99')]],
    [
      'Queues',
      Object.entries(known.queues).flatMap(([agent, { queue, dead }]): Line[] => [
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
        (metric): Line => ['AWS/DynamoDB', metric, 'TableName', known.table, { stat: 'Sum' }],
      ),
    ],
  ]
  return graphs.map(([title, metrics], at) => ({
    type: 'metric',
    x: (at % 2) * HALF,
    y: Math.floor(at / 2) * HEIGHT,
    width: HALF,
    height: HEIGHT,
    properties: { title, metrics, region: known.region, view: 'timeSeries', period: 60 },
  }))
}
