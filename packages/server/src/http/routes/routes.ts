import type { Route } from '../route.ts'
import { agentRoutes } from './agent-routes.ts'
import { backupRoutes } from './backup-routes.ts'
import { eventRoutes } from './event-routes.ts'
import { fileRoutes } from './file-routes.ts'
import { keyRoutes } from './key-routes.ts'
import { metricRoutes } from './metric-routes.ts'
import { runRoutes } from './run-routes.ts'
import { serviceRoutes } from './service-routes.ts'
import { shareRoutes } from './share-routes.ts'
import { sweepRoutes } from './sweep-routes.ts'
import { trialRoutes } from './trial-routes.ts'

/** All of the API: what is served, what `/openapi.json` says, and which methods a path has. */
export const ROUTES: readonly Route[] = [
  ...sweepRoutes,
  ...trialRoutes,
  ...eventRoutes,
  ...shareRoutes,
  ...runRoutes,
  ...fileRoutes,
  ...metricRoutes,
  ...keyRoutes,
  ...agentRoutes,
  ...backupRoutes,
  ...serviceRoutes,
]
