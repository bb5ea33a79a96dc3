import type { KeyScope } from '@chimney/core/schema/key-scope'
import { Problem } from '@chimney/core/schema/problem'
import type { Context, MiddlewareHandler } from 'hono'
import type { AppEnv } from '../app-env.ts'
import { problems, withSpec } from '../reference/describe-route.ts'
import { type PathNames, pathNames } from '../routes/path-names.ts'
import type { Caller } from './authenticator.ts'
import { requireScope } from './scope.ts'
import { credentialsOf } from './session-cookie.ts'
import { SHARE_HEADER, visitor } from './share-guard.ts'
import { trialCaller, trialTokenOf } from './trial-guard.ts'

type Names = { in: { param: PathNames }; out: { param: PathNames } }

/** For routes that need no API key. */
export const open: MiddlewareHandler<AppEnv> = withSpec(
  { security: [], responses: problems(405) },
  (_c, next) => next(),
)

/**
 * Requires an API key of the entity with this scope, and sets `c.req.valid('param')` to the validated path parameters. With
 * `shared`, the share link of the sweep gives access as well. The token of a trial's message is a key for its run.
 */
export const access = (
  scope: KeyScope,
  { shared = false }: { shared?: boolean } = {},
): MiddlewareHandler<AppEnv, string, Names> =>
  withSpec({ 'x-key-scope': scope, responses: problems(401, 403, 429, 503) }, async (c, next) => {
    const token = c.req.header(SHARE_HEADER)
    const caller = token === undefined ? await callerOf(c) : undefined
    if (caller) requireScope(caller, scope, `${c.req.method} ${c.var.route}`)
    const names = namesOf(c)
    if (names.sweep !== '') c.set('sweep', names.sweep)
    if (names.run !== '') c.set('run', names.run)
    if (token !== undefined) await visitor(c.var.deps, shared, names, token)
    else if (names.entity !== '' && names.entity !== caller?.entity)
      throw new Problem(
        'forbidden',
        'other-entity',
        `this key belongs to ${caller?.entity}; it has no access to ${names.entity}`,
      )
    c.req.addValidatedData('param', names)
    await next()
  })

const namesOf = (c: Context<AppEnv>): PathNames =>
  pathNames(c.req.param() as Record<string, string>, new URL(c.req.url).pathname)

async function callerOf(c: Context<AppEnv>): Promise<Caller> {
  const token = trialTokenOf(c.req.header('authorization'))
  if (token === undefined) return authenticate(c)
  const caller = await trialCaller(c, namesOf(c), token)
  c.set('caller', caller)
  return caller
}

/** Throws unless the request has a valid key. */
export async function authenticate(c: Context<AppEnv>): Promise<Caller> {
  const caller = await c.var.auth.authenticate(credentialsOf(c.req.raw))
  c.set('caller', caller)
  return caller
}
