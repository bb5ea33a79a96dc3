import { createHmac } from 'node:crypto'
import { functionDefaults, tracing } from './functions'
import { permissionsOf } from './permissions'
import { linkQueues, type Queues, type WebhookQueue } from './queues'
import { readSettings } from './settings/read-settings'
import type { Storage } from './storage'

export type Api = sst.aws.ApiGatewayV2

/** Throttling of the stage: requests per second, and the burst. They bound the cost of a runaway client. */
const RATE = 500
const BURST = 1000

/** One short line per request, because logs are charged by the byte. The function logs details (`server/src/lambda/log-request.ts`). */
const ACCESS_LOG = JSON.stringify({
  at: '$context.requestTimeEpoch',
  request: '$context.requestId',
  ip: '$context.identity.sourceIp',
  method: '$context.httpMethod',
  path: '$context.path',
  status: '$context.status',
  ms: '$context.responseLatency',
  // Of Lambda, not of the response; `-` when the gateway refused the request.
  lambda: '$context.integrationStatus',
})

/**
 * The HTTP API, the first key, and the settings that the schedule's function shares with the API's. Links are named as
 * `packages/server/src/lambda/env.ts` reads them. `dashboard` is the folder of the built pages, which the function serves.
 */
export function createApi(
  storage: Storage,
  queues: Queues,
  { queue: webhooks }: WebhookQueue,
  dashboard: string,
) {
  // Empty until an operator sets it, and then no key is accepted: a default would be public.
  const firstKey = new sst.Secret('FirstKey', '')
  const api = new sst.aws.ApiGatewayV2('Api', {
    // The dashboard has the same origin, and programs do not use CORS.
    cors: false,
    ...domain(),
    accessLog: { retention: '1 month' },
    transform: {
      stage: (args) => {
        args.defaultRouteSettings = { throttlingRateLimit: RATE, throttlingBurstLimit: BURST }
        args.accessLogSettings = $resolve([args.accessLogSettings]).apply(([settings]) => ({
          destinationArn: settings?.destinationArn ?? '',
          format: ACCESS_LOG,
        }))
      },
    },
  })
  const { environment, permissions, function: trace } = tracing()
  const server = {
    // Both functions of the server read these by name.
    link: [
      linkQueues(queues),
      new sst.Linkable('Webhooks', { properties: { url: webhooks.url } }),
      linkTrialTokens(firstKey),
    ],
    environment: {
      CHIMNEY_PUBLIC_URL: api.url,
      // The entity of the first key.
      CHIMNEY_ENTITY: readSettings($app.stage).entity,
      ...environment,
    },
  }
  const route = api.route('$default', {
    handler: 'packages/server/src/lambda/api.handler',
    // The gateway times out after 30 seconds.
    ...functionDefaults(29, 1024),
    link: [storage.table, storage.files, ...server.link, firstKey],
    permissions: [...permissionsOf('api', storage, queues, { webhooks }), ...permissions],
    copyFiles: [{ from: dashboard, to: 'pages' }],
    environment: server.environment,
    transform: {
      function: (args) => {
        trace(args)
        // Without the two lines of Lambda per invocation: our line has the duration. Failures are warnings at least.
        args.loggingConfig = $resolve([args.loggingConfig]).apply(([config]) => ({
          logFormat: 'JSON',
          ...config,
          systemLogLevel: 'WARN',
        }))
      },
    },
  })
  return {
    api,
    apiFunction: $resolve([route]).apply(([{ nodes }]) => nodes.function.name),
    firstKey,
    server,
  }
}

/**
 * The secret that signs the tokens in messages to agent functions. It does not reveal the first key, and both change together;
 * empty without one.
 */
const linkTrialTokens = (firstKey: sst.Secret) =>
  new sst.Linkable('TrialTokens', {
    properties: {
      secret: firstKey.value.apply((key) =>
        key === '' ? '' : createHmac('sha256', key).update('chimney trial tokens').digest('hex'),
      ),
    },
  })

/**
 * The custom domain of the API. In Route 53 nothing else is needed; for other DNS providers the operator names a certificate in
 * the same region, and adds a record that points to the gateway's name for the domain (`dnsTarget`).
 */
function domain() {
  const { domain: name, certificate: cert } = readSettings($app.stage)
  if ($dev || !name) return {}
  return { domain: cert ? { name, dns: false as const, cert } : { name } }
}

/** Where a CNAME record of the custom domain must point. The gateway's own address refuses requests for another name. */
export function dnsTargetOf(api: Api): $util.Output<string> | undefined {
  if (domain().domain === undefined) return undefined
  return $resolve([api.nodes.domainName]).apply(([name]) =>
    name.domainNameConfiguration.apply(({ targetDomainName }) => targetDomainName),
  )
}

export type Server = ReturnType<typeof createApi>['server']
