import type { Health } from '@chimney/core/schema/api/health'
import type { Connection } from './connection.ts'

export const serviceCalls = ({ call, viewer }: Connection) => ({
  /** Version and health of the server. Not retried. */
  health: () => call<Health>({ method: 'GET', path: '/healthz', retryForMs: 0 }),
  /** Entity and scope of the API key. */
  viewer,
})
