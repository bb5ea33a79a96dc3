import type { KeyScope } from '@chimney/core/schema/key-scope'
import type * as z from 'zod'
import type { Deps } from '../deps.ts'
import type { AppOptions } from './app-env.ts'
import type { Caller } from './auth/authenticator.ts'
import type { PathNames } from './routes/path-names.ts'

export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE'

export type Tag = 'Sweeps' | 'Trials' | 'Runs' | 'Metrics' | 'Projects' | 'Keys' | 'Service'

/** What a handler may use. All of it has been checked. */
export interface Call<Body = undefined, Query = undefined> {
  readonly request: Request
  readonly deps: Deps
  readonly options: AppOptions
  readonly caller: Caller
  readonly names: PathNames
  readonly body: Body
  readonly query: Query
  /** The client's idempotency key, scoped to the route and its path; undefined when it sent none. */
  readonly idempotencyKey: string | undefined
  /** See {@link Authenticator.forget}. */
  readonly forgetKeys: () => void
}

/** An answer that is a success. `schema` is the name of one in `schemas.ts`; without, the answer has no body. */
export interface AnswerDoc {
  readonly description: string
  readonly schema?: string
  /** Media type, JSON unless given. */
  readonly type?: string
  readonly headers?: Readonly<Record<string, string>>
}

interface RouteDoc {
  readonly method: Method
  /** With `{segments}` of `path-names.ts`. */
  readonly path: string
  /** Names the operation in the API document and scopes idempotency keys. */
  readonly id: string
  readonly tag: Tag
  readonly summary: string
  readonly description?: string
  /** Needs no API key. */
  readonly open?: true
  /** A share link of the sweep that it is about opens it too. Only for reading. */
  readonly shared?: true
  /** Takes `Idempotency-Key`. */
  readonly creates?: true
  /** What the key must be allowed to do; `read` for reading and `write` for the rest when absent. */
  readonly scope?: KeyScope
  readonly answers: Readonly<Record<number, AnswerDoc>>
  /** Statuses of problems besides those that every route of its kind has. */
  readonly problems?: readonly number[]
}

/** How a body is read: as JSON into a schema, or as it is. */
export type BodyDoc<B extends z.ZodType = z.ZodType> =
  | { readonly schema: B; readonly name: string; readonly example?: unknown }
  | { readonly text: readonly string[]; readonly schemaName: string; readonly example: string }

export interface Route extends RouteDoc {
  readonly query?: z.ZodObject
  readonly body?: BodyDoc
  readonly handle: (call: Call<never, never>) => Promise<Response>
}

/** One route: what the document says of it and what it does. The schemas given here are the ones that are enforced. */
export function route<
  B extends z.ZodType = z.ZodUndefined,
  Q extends z.ZodObject = z.ZodObject<Record<never, never>>,
>(
  spec: RouteDoc & {
    readonly query?: Q
    readonly body?: { readonly schema: B; readonly name: string; readonly example?: unknown }
    readonly handle: (call: Call<z.output<B>, z.output<Q>>) => Promise<Response>
  },
): Route {
  return spec as unknown as Route
}

/** A route whose body is text in a language of its own. */
export function textRoute(
  spec: RouteDoc & {
    readonly body: { readonly text: readonly string[]; readonly schemaName: string; readonly example: string }
    readonly handle: (call: Call<string, undefined>) => Promise<Response>
  },
): Route {
  return spec as unknown as Route
}
