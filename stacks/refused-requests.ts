import type { Api, Server } from './api'
import { functionDefaults, tracing } from './functions'
import { permissionsOf } from './permissions'
import type { Queues } from './queues'
import type { Storage } from './storage'

/** A request of a run's stream that the gateway refused for its size, in the access log (`stacks/api.ts`). */
const PATTERN = '{ $.status = "413" && $.path = "*/file_stream" }'

/**
 * Marks runs whose stream the gateway cut. The API's function never sees such a request, so the access log is read: by a
 * subscription, which costs nothing until a line matches.
 */
export function watchRefusedRequests(api: Api, server: Server, storage: Storage, queues: Queues): void {
  if ($dev) return
  const { permissions, function: trace } = tracing()
  const watcher = new sst.aws.Function('RefusedRequests', {
    handler: 'packages/server/src/lambda/refused-requests.handler',
    ...functionDefaults(30, 256),
    ...server,
    link: [storage.table, storage.files, ...server.link],
    permissions: [...permissionsOf('refusedRequests', storage, queues), ...permissions],
    transform: { function: trace },
  })
  const { arn, name } = api.nodes.logGroup
  const permission = new aws.lambda.Permission('RefusedRequestsPermission', {
    action: 'lambda:InvokeFunction',
    function: watcher.name,
    principal: 'logs.amazonaws.com',
    sourceArn: $interpolate`${arn}:*`,
  })
  new aws.cloudwatch.LogSubscriptionFilter(
    'RefusedRequestsSubscription',
    { name: 'refused-requests', logGroup: name, filterPattern: PATTERN, destinationArn: watcher.arn },
    { dependsOn: [permission] },
  )
}
