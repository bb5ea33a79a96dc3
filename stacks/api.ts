import { createHmac } from 'node:crypto'
import { linkQueues, type Queues } from './agents'
import { functionDefaults } from './functions'
import { permissionsOf } from './permissions'
import type { Storage } from './storage'

export type Api = sst.aws.ApiGatewayV2

/** Requests a second that the stage lets through, and how many at once. They bound what a runaway client can cost. */
const RATE = 500
const BURST = 1000

/** One short line a request: logs are paid by the byte. The function has more to say of all but routine (`is-routine.ts`). */
const ACCESS_LOG = JSON.stringify({
  at: '$context.requestTimeEpoch',
  request: '$context.requestId',
  ip: '$context.identity.sourceIp',
  method: '$context.httpMethod',
  path: '$context.path',
  status: '$context.status',
  ms: '$context.responseLatency',
})

/**
 * The HTTP API, the first key, and what the schedule's function has in common with the API's. The names of what is linked are
 * those that `packages/server/src/lambda/env.ts` reads. `dashboard` is the folder of the built pages, which the function serves.
 */
export function createApi(storage: Storage, queues: Queues, dashboard: string) {
  // Empty until somebody sets it: then no key is accepted, rather than one that everybody knows.
  const firstKey = new sst.Secret('FirstKey', '')
  const api = new sst.aws.ApiGatewayV2('Api', {
    // The dashboard has the same origin, and programs do not ask; a page elsewhere has no business here.
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
  const server = {
    // What both functions of the server look up by name.
    link: [linkQueues(queues)],
    environment: {
      CHIMNEY_PUBLIC_URL: api.url,
      // The owner of the first key.
      CHIMNEY_ENTITY: process.env.CHIMNEY_ENTITY ?? 'local',
    },
  }
  const route = api.route('$default', {
    handler: 'packages/server/src/lambda/api.handler',
    // The gateway gives up after 30 seconds.
    ...functionDefaults(29, 1024),
    link: [storage.table, storage.files, ...server.link, firstKey],
    permissions: permissionsOf('api', storage, queues),
    copyFiles: [{ from: dashboard, to: 'pages' }],
    environment: server.environment,
    transform: {
      function: (args) => {
        // Two lines a call say when it began and ended, which our own says too. What goes wrong is a warning at least.
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
    agentKey: firstKey.value.apply(agentKeyOf),
    server,
  }
}

/**
 * The key of the agent functions, which may do what agents do and no more: `packages/server/src/lambda/env.ts` derives the same one.
 * Whoever has it cannot find the first key, and both change together.
 */
const agentKeyOf = (firstKey: string): string =>
  firstKey === '' ? '' : createHmac('sha256', firstKey).update('chimney agents').digest('hex').slice(0, 40)

/**
 * `CHIMNEY_DOMAIN` gives the API an address of its own. Where Route 53 has the domain, that is all; for a domain elsewhere
 * `CHIMNEY_DOMAIN_CERT` is the ARN of a certificate in the same region, and somebody points the name at the gateway.
 */
function domain() {
  const { CHIMNEY_DOMAIN: name, CHIMNEY_DOMAIN_CERT: cert } = process.env
  if ($dev || !name) return {}
  return { domain: cert ? { name, dns: false as const, cert } : { name } }
}

export type Server = ReturnType<typeof createApi>['server']
