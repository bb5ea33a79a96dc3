import type { LogLine } from '../http/app-env.ts'

/** What agents send every few seconds: nine requests in ten. */
const SIGNS_OF_LIFE: ReadonlySet<string> = new Set([
  'POST /v1/{entity}/{project}/runs/{run}/metrics',
  'POST /v1/{entity}/{project}/runs/{run}/heartbeat',
])

/** A sign of life that went well. Logs are paid by the byte, and the access log of the API's stage has a line of it anyway. */
export const isRoutine = ({ method, route, status }: Pick<LogLine, 'method' | 'route' | 'status'>): boolean =>
  status < 400 && SIGNS_OF_LIFE.has(`${method} ${route}`)
