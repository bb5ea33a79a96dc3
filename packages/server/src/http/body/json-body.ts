import type { MiddlewareHandler } from 'hono'
import type * as z from 'zod'
import type { AppEnv } from '../app-env.ts'
import { problems, withSpec } from '../reference/describe-route.ts'
import { plainFields } from './plain-fields.ts'
import { JSON_SCAN, readJson } from './read-body.ts'
import { validate } from './validate.ts'

type JsonInput<S extends z.ZodType> = { in: { json: z.input<S> }; out: { json: z.output<S> } }

/**
 * `c.req.valid('json')` is the validated body. The validators of Hono read it with `JSON.parse`, which turns `1.0` into `1` and
 * refuses NaN, and only with a JSON content type; this one also takes gzip, and bounds both sizes.
 */
export const jsonBody = <S extends z.ZodType>(
  schema: S,
  example: z.input<S>,
): MiddlewareHandler<AppEnv, string, JsonInput<S>> =>
  withSpec(
    {
      requestBody: { content: { 'application/json': { schema, example } } },
      responses: problems(400, 413, 415),
    },
    async (c, next) => {
      const body = plainFields(await readJson(c.req.raw, c.var.bodyLimits, JSON_SCAN))
      c.req.addValidatedData('json', validate(schema, body, 'invalid-body', 'the body') as object)
      await next()
    },
  )
