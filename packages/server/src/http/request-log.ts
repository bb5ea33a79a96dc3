import type { Context, MiddlewareHandler } from 'hono'
import type { Deps } from '../deps.ts'
import type { AppEnv, AppOptions, LogLine } from './app-env.ts'
import type { Caller } from './auth/authenticator.ts'

const BARE = "default-src 'none'; frame-ancestors 'none'"
const TWO_YEARS = 'max-age=63072000'

/** Assigns a request id, sets the headers of every response, and logs one line per request. */
export function requestLog(
  deps: Pick<Deps, 'clock' | 'randomId' | 'settings'>,
  log: AppOptions['log'],
): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const at = deps.clock.now()
    c.set('requestId', deps.randomId(16))
    await next()
    const { headers } = c.res
    headers.set('X-Request-Id', c.var.requestId)
    headers.set('X-Content-Type-Options', 'nosniff')
    if (!headers.has('Cache-Control')) headers.set('Cache-Control', 'no-store')
    // Pages set their own policy; other responses must not be rendered, framed, or load resources.
    if (!headers.has('Content-Security-Policy')) headers.set('Content-Security-Policy', BARE)
    if (!headers.has('Referrer-Policy')) headers.set('Referrer-Policy', 'no-referrer')
    if (deps.settings.publicUrl.startsWith('https:')) headers.set('Strict-Transport-Security', TWO_YEARS)
    log?.(lineOf(c, at, deps.clock.now() - at))
  }
}

const keyIdOf = ({ key, scope, trial }: Caller): string =>
  key?.id ?? (trial ? 'trial' : `environment:${scope}`)

function lineOf(c: Context<AppEnv>, at: number, ms: number): LogLine {
  const { requestId, route, caller, sweep, run, failure } = c.var
  return {
    at,
    requestId,
    method: c.req.method,
    path: c.req.path,
    ...(route !== undefined && { route }),
    status: c.res.status,
    ms,
    ...(caller && { entity: caller.entity, keyId: keyIdOf(caller) }),
    ...(sweep !== undefined && { sweep }),
    ...(run !== undefined && { run }),
    ...(failure !== undefined && { failure }),
  }
}
