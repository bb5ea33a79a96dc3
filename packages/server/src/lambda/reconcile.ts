import { Resource } from 'sst/resource'
import { reconcile } from '../sweeps/reconciler/reconcile.ts'
import { readEnv } from './env.ts'
import { lazyMetrics } from './lazy-metrics.ts'
import { logFailure } from './log-request.ts'
import { createLogger } from './logger.ts'
import { makeDeps } from './make-deps.ts'
import { withMetrics } from './store-metrics.ts'
import { startTracing } from './tracing.ts'

const env = readEnv(process.env, Resource as unknown as Record<string, unknown>)
const tracing = await startTracing(env, 'reconcile')
const metrics = lazyMetrics(env.stage)
const logger = createLogger('reconcile')
const made = makeDeps(env, tracing.capture)
const deps = {
  ...made,
  store: withMetrics(made.store, metrics.add, made.clock),
  onFailure: logFailure(logger),
}

/** Once per instance, so that a new version migrates the table within its first minute. */
let migrated: Promise<unknown> | undefined

/** Called by the schedule every minute. A throw counts as an error of the function, and the next minute tries again. */
export const handler = tracing.wrap(async (): Promise<void> => {
  migrated ??= deps.store.migrate()
  await migrated.catch((error: unknown) => {
    migrated = undefined
    throw error
  })
  const report = await reconcile(deps)
  if (report.expired > 0) metrics.add('LostLeases', report.expired)
  if (report.errors.length > 0) metrics.add('RepairErrors', report.errors.length)
  logger[report.errors.length > 0 ? 'error' : 'info']('repair', { did: 'reconcile', ...report })
  await metrics.publish()
})
