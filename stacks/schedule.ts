import type { Server } from './api'
import { functionDefaults, tracing } from './functions'
import { permissionsOf } from './permissions'
import type { Queues } from './queues'
import type { Storage } from './storage'

/**
 * Runs the repair every minute; returns the function's name. Not in `sst dev`, which would forward each call to the developer's
 * machine.
 */
export function createSchedule(server: Server, storage: Storage, queues: Queues) {
  if ($dev) return undefined
  const { permissions, function: trace } = tracing()
  const cron = new sst.aws.CronV2('Reconcile', {
    schedule: 'rate(1 minute)',
    // The next minute is the retry.
    retries: 0,
    function: {
      handler: 'packages/server/src/lambda/reconcile.handler',
      ...functionDefaults(55, 512),
      ...server,
      link: [storage.table, storage.files, ...server.link],
      permissions: [...permissionsOf('reconcile', storage, queues), ...permissions],
      transform: { function: trace },
    },
  })
  return cron.nodes.function.apply(({ name }) => name)
}
