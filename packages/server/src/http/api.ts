import { Hono } from 'hono'
import type { AppEnv } from './app-env.ts'
import { agentRoutes } from './routes/agent-routes.ts'
import { amendmentRoutes } from './routes/amendment-routes.ts'
import { artifactRoutes } from './routes/artifact-routes.ts'
import { backupRoutes } from './routes/backup-routes.ts'
import { documentRoutes } from './routes/document-routes.ts'
import { entityRoutes } from './routes/entity-routes.ts'
import { eventRoutes } from './routes/event-routes.ts'
import { fileRoutes } from './routes/file-routes.ts'
import { keyRoutes } from './routes/key-routes.ts'
import { mediaRoutes } from './routes/media-routes.ts'
import { metricRoutes } from './routes/metric-routes.ts'
import { projectRoutes } from './routes/project-routes.ts'
import { runRoutes } from './routes/run-routes.ts'
import { serviceRoutes } from './routes/service-routes.ts'
import { shareRoutes } from './routes/share-routes.ts'
import { sweepRoutes } from './routes/sweep-routes.ts'
import { trialRoutes } from './routes/trial-routes.ts'
import { webhookRoutes } from './routes/webhook-routes.ts'

/** All routes of the REST API. The OpenAPI document is generated from them. */
export const api = new Hono<AppEnv>()
  .route('/', sweepRoutes)
  .route('/', trialRoutes)
  .route('/', amendmentRoutes)
  .route('/', eventRoutes)
  .route('/', shareRoutes)
  .route('/', runRoutes)
  .route('/', fileRoutes)
  .route('/', metricRoutes)
  .route('/', artifactRoutes)
  .route('/', mediaRoutes)
  .route('/', keyRoutes)
  .route('/', entityRoutes)
  .route('/', agentRoutes)
  .route('/', backupRoutes)
  .route('/', documentRoutes)
  .route('/', projectRoutes)
  .route('/', webhookRoutes)
  .route('/', serviceRoutes)
