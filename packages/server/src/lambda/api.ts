import { handle } from 'hono/aws-lambda'
import { Resource } from 'sst/resource'
import { createApp } from '../http/app.ts'
import { mountPages } from '../pages/mount-pages.ts'
import { mountWandb } from '../wandb/wandb-api.ts'
import { readEnv } from './env.ts'
import { logRequest } from './log-request.ts'
import { createLogger } from './logger.ts'
import { makeDeadLetterQueues, makeDeps } from './make-deps.ts'
import { addTo, createMetrics, publish } from './metrics.ts'
import { withMetrics } from './store-metrics.ts'
import { startTracing } from './tracing.ts'

const env = readEnv(process.env, Resource as unknown as Record<string, unknown>)
const tracing = await startTracing(env, 'api')
const metrics = createMetrics(env.stage)
const log = logRequest(createLogger('api'))
const made = makeDeps(env, tracing.capture)
const deps = { ...made, store: withMetrics(made.store, addTo(metrics), made.clock) }

/** Every HTTP request, through API Gateway (payload 2.0) or a function URL. An instance handles one at a time. */
export const handler = tracing.wrap(
  handle(
    createApp(deps, {
      ...(env.firstKey && { masterKey: env.firstKey }),
      ...(env.agentKey && { agentKey: env.agentKey }),
      requestsPerMinute: env.requestsPerMinute,
      deadLetterQueues: makeDeadLetterQueues(env, tracing.capture),
      log: (line) => {
        log(line)
        publish(metrics)
      },
      mount: (app, tools) => {
        mountWandb(app, deps, tools)
        mountPages(app, tools, { folder: env.pagesFolder })
      },
    }),
  ),
)
