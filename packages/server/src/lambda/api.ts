import { handle } from 'hono/aws-lambda'
import { Resource } from 'sst/resource'
import { createApp } from '../http/app.ts'
import { mountPages } from '../pages/mount-pages.ts'
import { mountWandb } from '../wandb/wandb-api.ts'
import { readEnv } from './env.ts'
import { filesOriginOf } from './files-origin.ts'
import { lazyMetrics } from './lazy-metrics.ts'
import { logFailure, logRequest } from './log-request.ts'
import { createLogger } from './logger.ts'
import { makeDeadLetterQueues, makeDeps } from './make-deps.ts'
import { withMetrics } from './store-metrics.ts'
import { startTracing } from './tracing.ts'

const env = readEnv(process.env, Resource as unknown as Record<string, unknown>)
const tracing = await startTracing(env, 'api')
const metrics = lazyMetrics(env.stage)
const made = makeDeps(env, tracing.capture)
const logger = createLogger('api')
const deps = {
  ...made,
  store: withMetrics(made.store, metrics.add, made.clock),
  onFailure: logFailure(logger),
  onUnrecognized: () => metrics.add('UnrecognizedRequests', 1),
}

const respond = handle(
  createApp(deps, {
    ...(env.firstKey && { masterKey: env.firstKey }),
    ...(env.trialSecret !== undefined && { trialSecret: env.trialSecret }),
    requestsPerMinute: env.requestsPerMinute,
    // API Gateway sends a response when it is complete.
    streams: false,
    deadLetterQueues: makeDeadLetterQueues(env, tracing.capture),
    log: logRequest(logger),
    mount: (app, tools) => {
      mountWandb(app, deps, tools)
      mountPages(app, tools, { folder: env.pagesFolder, filesOrigin: filesOriginOf(env) })
    },
  }),
)

/** Every HTTP request, through API Gateway (payload 2.0) or a function URL. */
export const handler = tracing.wrap(async (...invocation: Parameters<typeof respond>) => {
  const response = await respond(...invocation)
  await metrics.publish()
  return response
})
