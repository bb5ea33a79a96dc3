import type { Hono } from 'hono'
import type { UnixMs } from '../clock.ts'
import type { DeadLetterQueues } from '../queue/dead-letter-queues.ts'
import type { Authenticator, Caller, MasterKey } from './auth/authenticator.ts'

export interface AppEnv {
  Variables: {
    requestId: string
    /** Present once a key was checked. */
    caller?: Caller
    /** The route's path as the API document writes it. */
    route?: string
    /** What the request is about, for the log. */
    sweep?: string
    run?: string
    /** Of an error that nobody expected: its kind and place, for the log. */
    failure?: string
  }
}

export interface AppOptions {
  /** A key from the environment that works besides the stored ones, so that the first of those can be made. */
  readonly masterKey?: MasterKey
  /** Another one, of the deployed agent functions, which may do no more than they do. */
  readonly agentKey?: MasterKey
  /** Requests a minute of each key that has no limit of its own; no limit when absent. */
  readonly requestsPerMinute?: number
  /** Cap of a request body as it travels, in bytes. Default {@link MAX_BODY_BYTES}. */
  readonly maxBodyBytes?: number
  /** Cap of a request body after decompression, in bytes. Default {@link MAX_DECODED_BYTES}. */
  readonly maxDecodedBytes?: number
  /** The queues of agent functions, for operators; there are none when absent. */
  readonly deadLetterQueues?: DeadLetterQueues
  /** How long one stream of events may last before the client has to come back with its cursor. Default 25. */
  readonly sseSeconds?: number
  /** Waits between two looks at the store while events are streamed; ends early when the signal fires. */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>
  /** Gets one line per request. It holds no body, no header and no key. */
  readonly log?: (line: LogLine) => void
  /** Adds other doors and pages, after our routes and before "there is no such path". */
  readonly mount?: (
    app: Hono<AppEnv>,
    tools: { readonly authenticate: Authenticator['authenticate'] },
  ) => void
}

/** A function takes 6 MB at most; the headroom is for headers and the envelope around the body. */
export const MAX_BODY_BYTES = 5_500_000
export const MAX_DECODED_BYTES = 33_554_432

export interface LogLine {
  readonly at: UnixMs
  readonly requestId: string
  readonly method: string
  /** Without the query. */
  readonly path: string
  readonly route?: string
  readonly status: number
  readonly ms: number
  readonly entity?: string
  /** The id of the API key; `environment:SCOPE` for a key from the environment. Never the key. */
  readonly keyId?: string
  readonly sweep?: string
  readonly run?: string
  readonly failure?: string
}
