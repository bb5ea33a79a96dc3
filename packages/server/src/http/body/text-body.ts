import type { MiddlewareHandler } from 'hono'
import type { AppEnv } from '../app-env.ts'
import { type MediaSpec, problems, withSpec } from '../reference/describe-route.ts'
import { readText } from './read-body.ts'

/** Sets `c.var.text` to the body as text, for bodies with a separate parser. `maxBytes`: after decompression. */
export const textBody = (
  content: Readonly<Record<string, MediaSpec>>,
  maxBytes: number,
): MiddlewareHandler<AppEnv> =>
  withSpec({ requestBody: { content }, responses: problems(400, 413, 415) }, async (c, next) => {
    const { maxBodyBytes, maxDecodedBytes } = c.var.bodyLimits
    const limits = { maxBodyBytes, maxDecodedBytes: Math.min(maxBytes, maxDecodedBytes) }
    c.set('text', await readText(c.req.raw, limits))
    await next()
  })
