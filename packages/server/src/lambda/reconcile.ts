import { Resource } from 'sst/resource'
import { scheduleRepairs } from '../sweeps/reconciler/schedule-repairs.ts'
import { readEnv } from './env.ts'
import { logFailure } from './log-request.ts'
import { createLogger } from './logger.ts'
import { makeDeps, makeRepairQueue } from './make-deps.ts'
import { startTracing } from './tracing.ts'

const env = readEnv(process.env, Resource as unknown as Record<string, unknown>)
const tracing = await startTracing(env, 'reconcile')
const logger = createLogger('reconcile')
const deps = {
  ...makeDeps(env, tracing.capture),
  repairs: makeRepairQueue(env, tracing.capture),
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
  const sent = await scheduleRepairs(deps)
  logger.info('repair', { did: 'reconcile', sent })
})
