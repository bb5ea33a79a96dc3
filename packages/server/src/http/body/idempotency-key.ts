import { Problem } from '@chimney/core/schema/problem'
import type { MiddlewareHandler } from 'hono'
import * as z from 'zod'
import type { AppEnv } from '../app-env.ts'
import { problems, withSpec } from '../reference/describe-route.ts'
import { namesOf } from '../routes/path-names.ts'

/** Visible ASCII, as header values are. */
const KEY = /^[\x21-\x7e]{1,200}$/

const Headers = z.object({
  'Idempotency-Key': z
    .string()
    .min(1)
    .max(200)
    .regex(/^[\x21-\x7e]+$/)
    .optional()
    .describe('Any text of your own, once per thing to create; a random UUID is a good one'),
})

/** Sets `c.var.idempotencyKey` to the client's key, scoped to the operation and its path. */
export const idempotent: MiddlewareHandler<AppEnv> = withSpec(
  { headers: Headers, responses: problems(400, 422) },
  async (c, next) => {
    const key = c.req.header('idempotency-key')
    if (key !== undefined) {
      if (!KEY.test(key))
        throw new Problem(
          'invalid',
          'invalid-idempotency-key',
          'Idempotency-Key must be 1 to 200 visible ASCII characters, such as a random UUID',
        )
      const { entity, project, sweep } = namesOf(c)
      const scoped = [c.var.operationId, entity, project, sweep, key]
      c.set('idempotencyKey', scoped.map(encodeURIComponent).join('/'))
    }
    await next()
  },
)
