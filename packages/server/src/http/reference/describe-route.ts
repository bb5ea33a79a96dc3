/**
 * What the OpenAPI document says of a route, in the shape of hono-openapi's `describeRoute`. Here it is metadata of a middleware;
 * `document.ts` hands it to hono-openapi when the document is generated, so that the generator is not in the service's bundle.
 */
import type { MiddlewareHandler } from 'hono'
import { routePath } from 'hono/route'
import type * as z from 'zod'
import type { AppEnv } from '../app-env.ts'
import type { ComponentName } from './components.ts'

export type Tag =
  | 'Sweeps'
  | 'Trials'
  | 'Runs'
  | 'Metrics'
  | 'Artifacts'
  | 'Projects'
  | 'Webhooks'
  | 'Keys'
  | 'Service'

/** `schema`: a zod schema that the route enforces, or the name of a component. */
export interface MediaSpec {
  readonly schema: z.ZodType | ComponentName | { readonly type: 'string'; readonly description?: string }
  readonly example?: unknown
}

export interface ResponseSpec {
  readonly description: string
  readonly content?: Readonly<Record<string, MediaSpec>>
  readonly headers?: Readonly<
    Record<string, { readonly description: string; readonly schema: { type: 'string' } }>
  >
}

/** An operation, or the part of it that one middleware enforces. */
export interface OperationSpec {
  readonly operationId?: string
  readonly tags?: readonly Tag[]
  /** Longer descriptions are in `descriptions.ts`. */
  readonly summary?: string
  /** Empty for routes that need no API key. */
  readonly security?: readonly []
  readonly 'x-key-scope'?: string
  readonly headers?: z.ZodObject
  readonly query?: z.ZodObject
  readonly requestBody?: { readonly content: Readonly<Record<string, MediaSpec>> }
  readonly responses?: Readonly<Record<number, ResponseSpec | { readonly $ref: string }>>
}

const SPEC = Symbol('operation')

/** Attaches to a middleware its part of the operation. */
export const withSpec = <M extends MiddlewareHandler<AppEnv>>(spec: OperationSpec, middleware: M): M =>
  Object.assign(middleware, { [SPEC]: spec })

export const specOf = (handler: object): OperationSpec | undefined =>
  (handler as { [SPEC]?: OperationSpec })[SPEC]

/** Documents a route, and names it in the log and for idempotency keys. */
export const describeRoute = (
  spec: OperationSpec & Required<Pick<OperationSpec, 'operationId' | 'tags' | 'summary' | 'responses'>>,
): MiddlewareHandler<AppEnv> =>
  withSpec(spec, async (c, next) => {
    c.set('operationId', spec.operationId)
    c.set('route', openapiPath(routePath(c)))
    await next()
  })

/** `/v1/:entity` as OpenAPI writes it: `/v1/{entity}`. */
export const openapiPath = (path: string): string => path.replaceAll(/:(\w+)/g, '{$1}')

/** A response with a JSON body. */
export const jsonResponse = (description: string, schema: ComponentName): ResponseSpec => ({
  description,
  content: { 'application/json': { schema } },
})

/** Responses of the document that all routes share, by their status. */
export const problems = (...statuses: readonly number[]): NonNullable<OperationSpec['responses']> =>
  Object.fromEntries(statuses.map((status) => [status, { $ref: `#/components/responses/Problem${status}` }]))
