import type { MiddlewareHandler } from 'hono'
import type { AppEnv } from '../app-env.ts'
import { type MediaSpec, problems, withSpec } from '../reference/describe-route.ts'
import { readText } from './read-body.ts'

/** Sets `c.var.text` to the body as text, for bodies with a parser of their own. */
export const textBody = (content: Readonly<Record<string, MediaSpec>>): MiddlewareHandler<AppEnv> =>
  withSpec({ requestBody: { content }, responses: problems(400, 413, 415) }, async (c, next) => {
    c.set('text', await readText(c.req.raw, c.var.bodyLimits))
    await next()
  })
