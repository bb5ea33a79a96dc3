import { linkQueues, type Queues } from './agents'
import { functionDefaults } from './functions'
import type { Storage } from './storage'

export type Api = sst.aws.ApiGatewayV2

/** Requests a second that the stage lets through, and how many at once. They bound what a runaway client can cost. */
const RATE = 500
const BURST = 1000

/**
 * The HTTP API, the first key, and what the schedule's function has in common with the API's. The names of what is linked are
 * those that `packages/server/src/lambda/env.ts` reads. `dashboard` is the folder of the built pages, which the function serves.
 */
export function createApi({ table, files }: Storage, queues: Queues, dashboard: string) {
  // Empty until somebody sets it: then no key is accepted, rather than one that everybody knows.
  const firstKey = new sst.Secret('FirstKey', '')
  const api = new sst.aws.ApiGatewayV2('Api', {
    // The dashboard has the same origin, and programs do not ask; a page elsewhere has no business here.
    cors: false,
    accessLog: { retention: '1 month' },
    transform: {
      stage: (args) => {
        args.defaultRouteSettings = { throttlingRateLimit: RATE, throttlingBurstLimit: BURST }
      },
    },
  })
  const server = {
    link: [table, files, linkQueues(queues)],
    environment: {
      CHIMNEY_PUBLIC_URL: api.url,
      // The owner of the first key.
      CHIMNEY_ENTITY: process.env.CHIMNEY_ENTITY ?? 'local',
    },
  }
  api.route('$default', {
    handler: 'packages/server/src/lambda/api.handler',
    // The gateway gives up after 30 seconds.
    ...functionDefaults(29, 1024),
    link: [...server.link, firstKey],
    copyFiles: [{ from: dashboard, to: 'pages' }],
    environment: server.environment,
  })
  return { api, firstKey, server }
}

export type Server = ReturnType<typeof createApi>['server']
