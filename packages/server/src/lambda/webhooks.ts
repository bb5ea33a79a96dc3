import { Resource } from 'sst/resource'
import { readEnv } from './env.ts'
import { logFailure } from './log-request.ts'
import { createLogger } from './logger.ts'
import { makeDeps } from './make-deps.ts'
import { startTracing } from './tracing.ts'
import { deliverRecords, type WebhookEvent, type WebhookResponse } from './webhook-records.ts'

const env = readEnv(process.env, Resource as unknown as Record<string, unknown>)
const tracing = await startTracing(env, 'webhooks')
const deps = makeDeps(env, tracing.capture)
const { webhooks } = deps
if (!webhooks)
  throw new Error('Invalid environment: CHIMNEY_WEBHOOK_QUEUE: is missing, and no Webhooks is linked.')
const onFailure = logFailure(createLogger('webhooks'))

/** Called with the messages that `announce` sends. */
export const handler = tracing.wrap(
  (event: WebhookEvent): Promise<WebhookResponse> => deliverRecords({ ...deps, webhooks, onFailure }, event),
)
