import type { Health } from '@chimney/core/schema/api/health'
import type { Page } from '@chimney/core/schema/api/page'
import type { UnrecognizedBody } from '@chimney/core/schema/api/unrecognized'
import type { Connection } from './connection.ts'

export const serviceCalls = ({ call, viewer }: Connection) => ({
  /** Version and health of the server. Not retried. */
  health: () => call<Health>({ method: 'GET', path: '/healthz', retryForMs: 0 }),
  /** What W&B clients requested and the service lacks, the latest first. */
  listUnrecognized: async () =>
    (await call<Page<UnrecognizedBody>>({ method: 'GET', path: '/v1/unrecognized' })).items,
  /** Entity and scope of the API key. */
  viewer,
})
