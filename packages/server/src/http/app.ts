import { Problem } from '@chimney/core/schema/problem'
import { type Context, Hono } from 'hono'
import { methodNotAllowed } from 'hono/method-not-allowed'
import type { Deps } from '../deps.ts'
import { failureOf } from '../failure-text.ts'
import { api } from './api.ts'
import { type AppEnv, type AppOptions, MAX_BODY_BYTES, MAX_DECODED_BYTES } from './app-env.ts'
import { authenticate } from './auth/access.ts'
import { authenticator } from './auth/authenticator.ts'
import { publicAddress } from './public-address.ts'
import { requestLog } from './request-log.ts'
import { gzipJson } from './responses/gzip-json.ts'
import { internalError, problemResponse } from './responses/problem-response.ts'

export type { AppOptions } from './app-env.ts'

/** The HTTP service: the REST API, and what `options.mount` adds. */
export function createApp(deps: Deps, options: AppOptions = {}): Hono<AppEnv> {
  const { masterKey, requestsPerMinute: perMinute } = options
  const auth = authenticator(deps, { masters: masterKey ? [masterKey] : [], perMinute })
  const bodyLimits = {
    maxBodyBytes: options.maxBodyBytes ?? MAX_BODY_BYTES,
    maxDecodedBytes: options.maxDecodedBytes ?? MAX_DECODED_BYTES,
  }
  const app = new Hono<AppEnv>()
  app.use(requestLog(deps, options.log))
  app.use(async (c, next) => {
    c.set('deps', withAddress(deps, c))
    c.set('options', options)
    c.set('auth', auth)
    c.set('bodyLimits', bodyLimits)
    await next()
  })
  app.use(methodNotAllowed({ app: api, onMethodNotAllowed: wrongMethod }))
  app.onError((error, c) => {
    const failure = failureOf(error)
    if (failure !== undefined) c.set('failure', failure)
    if (error instanceof Problem) return problemResponse(error, {}, c.var.requestId)
    return internalError(c.var.requestId)
  })
  app.use('/v1/*', gzipJson)
  app.route('/', api)
  // Without a key, paths of the API cannot be probed.
  app.all('/v1/*', async (c) => {
    await authenticate(c)
    return c.notFound()
  })
  options.mount?.(app, { authenticate: auth.authenticate })
  app.notFound((c) =>
    problemResponse(new Problem('not-found', 'no-such-path', `there is no route ${pathOf(c)}; see /docs`)),
  )
  return app
}

/** Links in the answer have the address that the client used. */
function withAddress(deps: Deps, c: Context): Deps {
  const { settings } = deps
  if (settings.addressFrom === undefined) return deps
  return { ...deps, settings: { ...settings, publicUrl: publicAddress(c, settings) } }
}

const pathOf = (c: Context): string => new URL(c.req.url).pathname

function wrongMethod(c: Context, methods: string[]): Response {
  // Every GET route also takes HEAD.
  const allowed = methods.filter((method) => method !== 'HEAD')
  const problem = new Problem(
    'invalid',
    'method-not-allowed',
    `${pathOf(c)} does not take ${c.req.method}; use ${allowed.join(' or ')}`,
  )
  return problemResponse(problem, { Allow: allowed.join(', ') })
}
