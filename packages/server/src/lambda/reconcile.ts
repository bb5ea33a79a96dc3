import { Resource } from 'sst/resource'
import { reconcile } from '../sweeps/reconciler/reconcile.ts'
import { Tally } from './emf.ts'
import { readEnv } from './env.ts'
import { makeDeps } from './make-deps.ts'
import { talliedStore } from './tallied-store.ts'
import { writeLine } from './write-line.ts'

const env = readEnv(process.env, Resource as unknown as Record<string, unknown>)
const tally = new Tally()
const made = makeDeps(env)
const deps = { ...made, store: talliedStore(made.store, tally, made.clock) }

/** Once an instance, so that a new version mends what an older one has stored within its first minute. */
let migrated: Promise<unknown> | undefined

/** Called by the schedule every minute. A throw shows up as an error of the function, and the next minute tries again. */
export const handler = async (): Promise<void> => {
  migrated ??= deps.store.migrate()
  await migrated.catch((error: unknown) => {
    migrated = undefined
    throw error
  })
  const report = await reconcile(deps)
  if (report.expired > 0) tally.add('LostLeases', report.expired)
  if (report.errors.length > 0) tally.add('RepairErrors', report.errors.length)
  const level = report.errors.length > 0 ? 'ERROR' : 'INFO'
  writeLine({ level, did: 'reconcile', ...report, ...tally.take(env.stage, deps.clock.now()) })
}
