import {
  type Metric,
  PutDashboardCommand,
  PutMetricAlarmCommand,
  type PutMetricAlarmCommandInput,
} from '@aws-sdk/client-cloudwatch'
import {
  CreateLogGroupCommand,
  PutRetentionPolicyCommand,
  PutSubscriptionFilterCommand,
} from '@aws-sdk/client-cloudwatch-logs'
import type { Clients } from './clients.ts'
import { apiNames, type Create } from './created.ts'

type Dimensions = Readonly<Record<string, string>>
const dimensionsOf = (dimensions: Dimensions = {}): NonNullable<Metric['Dimensions']> =>
  Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }))

interface AlarmInputs extends Record<string, unknown> {
  readonly dimensions?: Dimensions
  readonly okActions?: readonly string[]
  readonly metricQueries?: readonly (Record<string, unknown> & {
    readonly metric?: Record<string, unknown> & { readonly dimensions?: Dimensions }
  })[]
}

export const monitoring = ({ alarms, logs }: Clients): Readonly<Record<string, Create>> => ({
  'aws:cloudwatch/logGroup:LogGroup': async ({ inputs }) => {
    const logGroupName = String(inputs.name)
    await logs.send(new CreateLogGroupCommand({ logGroupName }))
    await logs.send(
      new PutRetentionPolicyCommand({ logGroupName, retentionInDays: Number(inputs.retentionInDays) }),
    )
  },
  'aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter': async ({ inputs }, created) => {
    const { name, logGroup, filterPattern, destinationArn } = created.inputsOf<Record<string, string>>(inputs)
    await logs.send(
      new PutSubscriptionFilterCommand({
        logGroupName: logGroup,
        filterName: name,
        filterPattern: termsOf(String(filterPattern)),
        destinationArn,
      }),
    )
  },
  'aws:cloudwatch/metricAlarm:MetricAlarm': async ({ name, inputs }, created) => {
    const { dimensions, metricQueries, okActions, ...alarm } = created.inputsOf<AlarmInputs>(inputs)
    await alarms.send(
      new PutMetricAlarmCommand({
        ...(apiNames(alarm) as PutMetricAlarmCommandInput),
        AlarmName: String(inputs.name ?? name),
        ...(okActions && { OKActions: [...okActions] }),
        ...(dimensions && { Dimensions: dimensionsOf(dimensions) }),
        ...(metricQueries && { Metrics: metricQueries.map(queryOf) }),
      }),
    )
  },
  'aws:cloudwatch/dashboard:Dashboard': async ({ inputs }, created) => {
    const { dashboardName, dashboardBody } = created.inputsOf<Record<string, string>>(inputs)
    const made = await alarms.send(
      new PutDashboardCommand({ DashboardName: dashboardName, DashboardBody: dashboardBody }),
    )
    const faults = made.DashboardValidationMessages ?? []
    if (faults.length > 0) throw new Error(`${dashboardName}: ${JSON.stringify(faults)}`)
  },
})

/** The emulator matches terms, and no patterns of JSON: the pattern's literals without `*`. */
const termsOf = (pattern: string): string =>
  [...pattern.matchAll(/"\*?([^"*]+)\*?"/g)].map(([, term]) => `"${term}"`).join(' ')

type Query = NonNullable<AlarmInputs['metricQueries']>[number]
type MetricQuery = NonNullable<PutMetricAlarmCommandInput['Metrics']>[number]

function queryOf({ metric, ...query }: Query): MetricQuery {
  if (!metric) return apiNames(query) as MetricQuery
  const { dimensions, namespace, metricName, period, stat } = metric
  return {
    ...(apiNames(query) as MetricQuery),
    MetricStat: {
      Metric: {
        Namespace: String(namespace),
        MetricName: String(metricName),
        Dimensions: dimensionsOf(dimensions),
      },
      Period: Number(period),
      Stat: String(stat),
    },
  }
}
