import type { Logger } from '@aws-lambda-powertools/logger'
import type { OnFailure } from '../deps.ts'
import { failureOf } from '../failure-text.ts'
import type { LogLine } from '../http/app-env.ts'

/** Agents send these every few seconds: nine requests in ten. */
const ROUTINE: ReadonlySet<string> = new Set([
  'POST /v1/{entity}/{project}/runs/{run}/metrics',
  'POST /v1/{entity}/{project}/runs/{run}/heartbeat',
])

/** CloudWatch charges by the byte, and the gateway's access log has every request: routine ones are written at `DEBUG` only. */
export function levelOf({
  method,
  route,
  status,
}: Pick<LogLine, 'method' | 'route' | 'status'>): 'debug' | 'info' | 'error' {
  if (status >= 500) return 'error'
  return status < 400 && ROUTINE.has(`${method} ${route}`) ? 'debug' : 'info'
}

/** Writes one line for each request, at the level of {@link levelOf}. */
export const logRequest =
  (logger: Pick<Logger, 'debug' | 'info' | 'error'>) =>
  (line: LogLine): void =>
    logger[levelOf(line)]('request', { ...line })

/** Writes one line for each failure that a use case survives. */
export const logFailure =
  (logger: Pick<Logger, 'warn'>): OnFailure =>
  (what, error) =>
    logger.warn('failure', { what, failure: failureOf(error) ?? String(error) })
