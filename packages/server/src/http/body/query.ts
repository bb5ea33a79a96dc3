import type { MiddlewareHandler } from 'hono'
import type * as z from 'zod'
import type { AppEnv } from '../app-env.ts'
import { problems, withSpec } from '../reference/describe-route.ts'
import { validate } from './validate.ts'

type QueryInput<S extends z.ZodObject> = { in: { query: z.input<S> }; out: { query: z.output<S> } }

/** `c.req.valid('query')` is the validated query. Of a repeated parameter the first value counts. */
export const query = <S extends z.ZodObject>(schema: S): MiddlewareHandler<AppEnv, string, QueryInput<S>> =>
  withSpec({ query: schema, responses: problems(400) }, async (c, next) => {
    c.req.addValidatedData('query', validate(schema, c.req.query(), 'invalid-query', 'the query'))
    await next()
  })
