import { Problem } from '@chimney/core/schema/problem'
import { type Context, Hono } from 'hono'
import type { Deps } from '../deps.ts'
import { credentialsOf } from '../pages/session-cookie.ts'
import { internalErrorAnswer, problemAnswer } from './answers/problem-table.ts'
import { type AppEnv, type AppOptions, MAX_BODY_BYTES, MAX_DECODED_BYTES } from './app-env.ts'
import { type Authenticator, authenticator } from './auth/authenticator.ts'
import { requireScope, scopeOf } from './auth/scope.ts'
import { SHARE_HEADER, visitor } from './auth/share-guard.ts'
import { compressed } from './body/compressed.ts'
import { idempotencyKey } from './body/idempotency-key.ts'
import { plainFields } from './body/plain-fields.ts'
import { type BodyLimits, readJson, readText } from './body/read-body.ts'
import { validate } from './body/validate.ts'
import { failureOf, requestLog } from './request-log.ts'
import type { Call, Route } from './route.ts'
import { matcher, pathNames } from './routes/path-names.ts'
import { ROUTES } from './routes/routes.ts'

export type { AppOptions } from './app-env.ts'

/** The whole HTTP service: the REST API, and whatever `options.mount` adds beside it. */
export function createApp(deps: Deps, options: AppOptions = {}): Hono<AppEnv> {
  const { masterKey, agentKey, requestsPerMinute } = options
  const auth = authenticator(deps, {
    masters: [
      ...(masterKey ? [masterKey] : []),
      ...(agentKey ? [{ ...agentKey, scope: 'ingest' as const }] : []),
    ],
    perMinute: requestsPerMinute,
  })
  const limits: BodyLimits = {
    maxBodyBytes: options.maxBodyBytes ?? MAX_BODY_BYTES,
    maxDecodedBytes: options.maxDecodedBytes ?? MAX_DECODED_BYTES,
  }
  const app = new Hono<AppEnv>()
  app.use('*', requestLog(deps, options.log))
  app.onError((error, c) => {
    if (error instanceof Problem) return problemAnswer(error)
    c.set('failure', failureOf(error))
    return internalErrorAnswer(c.var.requestId)
  })
  for (const { route, matches } of TABLE)
    app.on(route.method, route.path.replaceAll(/\{(\w+)\}/g, ':$1'), (c) => serve(c, route, matches))
  app.all('/v1/*', async (c) => {
    c.set('caller', await auth.authenticate(credentialsOf(c.req.raw)))
    return nowhere(c)
  })
  options.mount?.(app, { authenticate: auth.authenticate })
  app.notFound(nowhere)
  return app

  async function serve(c: Context<AppEnv>, route: Route, matches: Matcher): Promise<Response> {
    c.set('route', route.path)
    const request = c.req.raw
    const token = request.headers.get(SHARE_HEADER)
    const byLink = token !== null && !route.open
    const caller = route.open || byLink ? NOBODY : await authenticated(c, auth)
    // Hono matches a decoded path. One that only matches when decoded (`/%76%31/…`) is none of ours.
    const segments = matches(new URL(request.url).pathname)
    if (!segments) return nowhere(c)
    if (!route.open && !byLink) requireScope(caller, scopeOf(route), `${route.method} ${route.path}`)
    const names = pathNames(segments)
    if (names.sweep !== '') c.set('sweep', names.sweep)
    if (names.run !== '') c.set('run', names.run)
    if (byLink) await visitor(deps, route, names, token)
    else if (names.entity !== '' && names.entity !== caller.entity)
      throw new Problem(
        'forbidden',
        'other-entity',
        `this key belongs to ${caller.entity}; it may not touch ${names.entity}`,
      )
    const call: Call<unknown, unknown> = {
      request,
      deps,
      options,
      caller: byLink ? { ...NOBODY, entity: names.entity } : caller,
      names,
      query: route.query && validate(route.query, c.req.query(), 'invalid-query', 'the query'),
      idempotencyKey: route.creates && idempotencyKey(request, route.id, names),
      body: await bodyOf(request, route, limits),
      forgetKeys: auth.forget,
    }
    return compressed(request, await route.handle(call as Call<never, never>))
  }
}

const NOBODY = { entity: '', scope: 'read' } as const

async function authenticated(c: Context<AppEnv>, auth: Authenticator) {
  const caller = await auth.authenticate(credentialsOf(c.req.raw))
  c.set('caller', caller)
  return caller
}

async function bodyOf(request: Request, { body }: Route, limits: BodyLimits): Promise<unknown> {
  if (!body) return undefined
  if ('text' in body) return readText(request, limits)
  return validate(body.schema, plainFields(await readJson(request, limits)), 'invalid-body', 'the body')
}

type Matcher = ReturnType<typeof matcher>
const TABLE = ROUTES.map((route) => ({ route, matches: matcher(route.path) }))

/** Tells a wrong method from a wrong path. */
function nowhere(c: Context<AppEnv>): Response {
  const { method } = c.req
  const path = new URL(c.req.url).pathname
  const allowed = [...new Set(TABLE.filter(({ matches }) => matches(path)).map(({ route }) => route.method))]
  if (allowed.length === 0)
    return problemAnswer(new Problem('not-found', 'no-such-path', `there is nothing at ${path}; see /docs`))
  const answer = problemAnswer(
    new Problem(
      'invalid',
      'method-not-allowed',
      `${path} does not take ${method}; use ${allowed.join(' or ')}`,
    ),
  )
  answer.headers.set('Allow', allowed.join(', '))
  return answer
}
