import { Resource } from 'sst/resource'
import { emptyReport } from '../sweeps/reconciler/repair-report.ts'
import { readEnv } from './env.ts'
import { lazyMetrics } from './lazy-metrics.ts'
import { logFailure } from './log-request.ts'
import { createLogger } from './logger.ts'
import { makeDeps, makeRepairQueue } from './make-deps.ts'
import { type RepairContext, type RepairEvent, type RepairResponse, repairRecords } from './repair-records.ts'
import { withMetrics } from './store-metrics.ts'
import { startTracing } from './tracing.ts'

const env = readEnv(process.env, Resource as unknown as Record<string, unknown>)
const tracing = await startTracing(env, 'repair')
const metrics = lazyMetrics(env.stage)
const logger = createLogger('repair')
const made = makeDeps(env, tracing.capture)
const deps = {
  ...made,
  repairs: makeRepairQueue(env, tracing.capture),
  store: withMetrics(made.store, metrics.add, made.clock),
  onFailure: logFailure(logger),
}

/** Called with the messages that `reconcile.ts` sends every minute. */
export const handler = tracing.wrap(
  async (event: RepairEvent, context: RepairContext): Promise<RepairResponse> => {
    const report = emptyReport()
    const response = await repairRecords(deps, event, context, report)
    if (report.expired > 0) metrics.add('LostLeases', report.expired)
    if (report.errors.length > 0) metrics.add('RepairErrors', report.errors.length)
    const level = report.errors.length > 0 ? 'error' : report.uncached.length > 0 ? 'warn' : 'info'
    logger[level]('repair', { did: 'repair', ...report })
    await metrics.publish()
    return response
  },
)
