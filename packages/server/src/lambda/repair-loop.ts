/** The repair of `sst dev`, which deploys no schedule: a program that repairs every minute while the session runs. */
import { setTimeout } from 'node:timers/promises'
import { Resource } from 'sst/resource'
import { reconcile } from '../sweeps/reconciler/reconcile.ts'
import { readEnv } from './env.ts'
import { createLogger } from './logger.ts'
import { makeDeps } from './make-deps.ts'
import { startTracing } from './tracing.ts'

const EVERY_MS = 60_000

const env = readEnv(process.env, Resource as unknown as Record<string, unknown>)
const { capture } = await startTracing({ tracing: false }, 'repair')
const deps = makeDeps(env, capture)
const logger = createLogger('repair')
await deps.store.migrate()
for (;;) {
  try {
    const report = await reconcile(deps)
    logger[report.errors.length > 0 ? 'error' : 'info']('repair', { did: 'repair', ...report })
  } catch (error) {
    // The next minute tries again.
    logger.error('repair', error as Error)
  }
  await setTimeout(EVERY_MS)
}
