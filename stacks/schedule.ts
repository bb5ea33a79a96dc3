import type { Server } from './api'
import { functionDefaults } from './functions'

/** Repairs every minute what was lost between two steps. Not in `sst dev`, where each call would go to somebody's laptop. */
export function createSchedule(server: Server): void {
  if ($dev) return
  new sst.aws.CronV2('Reconcile', {
    schedule: 'rate(1 minute)',
    // The next minute is the retry.
    retries: 0,
    function: {
      handler: 'packages/server/src/lambda/reconcile.handler',
      ...functionDefaults(55, 512),
      ...server,
    },
  })
}
