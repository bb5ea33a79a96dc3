import type { Graph, Resource } from '../../stacks/graph.ts'
import type { Code } from '../code.ts'
import type { Clients } from './clients.ts'
import { type Create, Created } from './created.ts'
import { functions } from './functions.ts'
import { gateway } from './gateway.ts'
import { monitoring } from './monitoring.ts'
import { queues } from './queues.ts'
import { storage } from './storage.ts'

/** Groups and values of the platform: AWS knows nothing of them. */
const PLATFORM = /^(sst|pulumi|random):/

/** Resources of AWS that are not created, and why. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  'aws:s3/bucketObjectv2:BucketObjectv2': 'the code is sent with the function',
  'aws:s3/bucketPolicy:BucketPolicy': 'it refuses requests without TLS, which the emulator does not have',
  'aws:s3/bucketVersioning:BucketVersioning': 'an administrator restores versions, no function does',
  'aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration': 'it applies after days',
  'aws:cloudwatch/logMetricFilter:LogMetricFilter':
    'it counts for an alarm, which the emulator does not evaluate',
  'aws:ssm/parameter:Parameter': 'the next deployment reads it, no function does',
}

/** Each type after those that it refers to. */
const ORDER = [
  'aws:cloudwatch/logGroup:LogGroup',
  'aws:dynamodb/table:Table',
  'aws:s3/bucket:Bucket',
  'aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock',
  'aws:s3/bucketCorsConfiguration:BucketCorsConfiguration',
  'aws:sqs/queue:Queue',
  'aws:apigatewayv2/api:Api',
  'aws:iam/role:Role',
  'aws:lambda/function:Function',
  'aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig',
  'aws:apigatewayv2/integration:Integration',
  'aws:apigatewayv2/route:Route',
  'aws:lambda/permission:Permission',
  'aws:apigatewayv2/stage:Stage',
  'aws:lambda/eventSourceMapping:EventSourceMapping',
  'aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter',
  'aws:scheduler/schedule:Schedule',
  'aws:cloudwatch/metricAlarm:MetricAlarm',
  'aws:cloudwatch/dashboard:Dashboard',
]

/** A queue after its dead-letter queue. */
const placeOf = ({ type, inputs }: Resource): number =>
  ORDER.indexOf(type) + ('redrivePolicy' in inputs ? 0.5 : 0)

export interface Options {
  readonly clients: Clients
  /** Where clients reach the API. */
  readonly url: string
  /** Where functions reach AWS. */
  readonly callsAt: string
  readonly codeOf: (
    name: string,
    variables: Readonly<Record<string, string>>,
    created: Created,
  ) => Promise<Code>
}

/** Creates the graph's resources of AWS through AWS's API. Returns the id of the HTTP API, and how many were created. */
export async function create(graph: Graph, { clients, url, callsAt, codeOf }: Options) {
  const created = new Created()
  let api = ''
  const known: Readonly<Record<string, Create>> = {
    ...functions(clients, (name, { environment }) => codeOf(name, environment.variables, created)),
    ...gateway(clients, url, (id) => {
      api = id
    }),
    ...monitoring(clients),
    ...queues(clients, callsAt),
    ...storage(clients),
  }
  const wanted = graph.resources.filter(({ type }) => !PLATFORM.test(type) && !(type in LEFT_OUT))
  const unknown = wanted.filter(({ type }) => !(type in known) || !ORDER.includes(type))
  if (unknown.length > 0)
    throw new Error(
      `not created here: ${unknown.map(({ type, name }) => `${type} ${name}`).join(', ')}; add them to test/cloud/account`,
    )
  for (const resource of wanted.toSorted((left, right) => placeOf(left) - placeOf(right)))
    try {
      await known[resource.type]?.(resource, created)
    } catch (cause) {
      throw new Error(`${resource.type} ${resource.name} could not be created: ${cause}`, { cause })
    }
  return { api, count: wanted.length }
}
