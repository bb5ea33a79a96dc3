import type { Hono } from 'hono'
import type { UnixMs } from '../clock.ts'
import type { Deps } from '../deps.ts'
import type { DeadLetterQueues } from '../queue/dead-letter-queues.ts'
import type { Authenticator, Caller, MasterKey } from './auth/authenticator.ts'
import type { BodyLimits } from './body/read-body.ts'

export interface AppEnv {
  Variables: {
    deps: Deps
    options: AppOptions
    auth: Authenticator
    bodyLimits: BodyLimits
    requestId: string
    /** Absent until a key was accepted. */
    caller?: Caller
    /** Names the operation in the OpenAPI document. */
    operationId: string
    /** Path of the route as the OpenAPI document writes it. */
    route?: string
    /** Of the client, scoped to the operation and its path; absent when it sent none. */
    idempotencyKey?: string
    /** The body, on routes with a text body. */
    text: string
    /** The sweep or run of the request, for the log. */
    sweep?: string
    run?: string
    /** Why the request failed, for the log: see `failureOf`. */
    failure?: string
  }
}

export interface AppOptions {
  /** A key from the environment, to create the first stored key with. */
  readonly masterKey?: MasterKey
  /** Signs the tokens in messages to agent functions; without it, none is accepted. */
  readonly trialSecret?: string
  /** Rate limit of keys without a limit, in requests per minute; unlimited when absent. */
  readonly requestsPerMinute?: number
  /** Maximum size of a request body as sent, in bytes. Default {@link MAX_BODY_BYTES}. */
  readonly maxBodyBytes?: number
  /** Maximum size of a request body after decompression, in bytes. Default {@link MAX_DECODED_BYTES}. */
  readonly maxDecodedBytes?: number
  /** Queues of the agent functions; none when absent. */
  readonly deadLetterQueues?: DeadLetterQueues
  /** False behind a gateway that buffers responses: event streams end at once and are polled. Default true. */
  readonly streams?: boolean
  /** Maximum duration of an event stream; the client reconnects with its cursor. Default 25. */
  readonly sseSeconds?: number
  /** Waits between two polls of the store in an event stream; returns early when the signal aborts. */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>
  /** Receives one line per request, without body, headers and key. */
  readonly log?: (line: LogLine) => void
  /** Adds further APIs and pages, after the routes of the REST API. */
  readonly mount?: (
    app: Hono<AppEnv>,
    tools: { readonly authenticate: Authenticator['authenticate'] },
  ) => void
}

/** Lambda accepts 6 MB; the rest is for headers and the envelope of the event. */
export const MAX_BODY_BYTES = 5_500_000
export const MAX_DECODED_BYTES = 33_554_432

export interface LogLine {
  readonly at: UnixMs
  readonly requestId: string
  readonly method: string
  /** Without the query string. */
  readonly path: string
  readonly route?: string
  readonly status: number
  readonly ms: number
  readonly entity?: string
  /** The id of the API key; `environment:SCOPE` for a key from the environment, `trial` for the token of a message. Never the key. */
  readonly keyId?: string
  readonly sweep?: string
  readonly run?: string
  readonly failure?: string
}
