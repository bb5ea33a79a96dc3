import type { Queues } from './agents'
import type { Server } from './api'
import { functionDefaults } from './functions'
import { permissionsOf } from './permissions'
import type { Storage } from './storage'

/**
 * Repairs every minute what was lost between two steps; answers the function's name. Not in `sst dev`, where each call would go
 * to somebody's laptop.
 */
export function createSchedule(server: Server, storage: Storage, queues: Queues) {
  if ($dev) return undefined
  const cron = new sst.aws.CronV2('Reconcile', {
    schedule: 'rate(1 minute)',
    // The next minute is the retry.
    retries: 0,
    function: {
      handler: 'packages/server/src/lambda/reconcile.handler',
      ...functionDefaults(55, 512),
      ...server,
      link: [storage.table, storage.files, ...server.link],
      permissions: permissionsOf('reconcile', storage, queues),
    },
  })
  return cron.nodes.function.apply(({ name }) => name)
}
