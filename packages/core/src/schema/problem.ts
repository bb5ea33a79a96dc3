/** What a caller should do next. Each API maps it to a status in one table. */
export type ProblemKind =
  | 'invalid' // correct the request
  | 'unauthorized' // send a valid key
  | 'forbidden' // the key lacks the permission
  | 'not-found'
  | 'conflict' // the thing is in another state
  | 'too-large' // split the request
  | 'retryable' // the same request may succeed later
  | 'misconfigured' // only an operator of the service can repair it

/** The code of every `misconfigured` problem. Clients do not retry it. */
export const MISCONFIGURED = 'service-misconfigured'

/** One mistake: where it is (a dotted path into the input, '' for the whole), what is wrong, and the way out. */
export interface Issue {
  readonly path: string
  readonly message: string
  readonly fix?: string
}

/**
 * An answer that is not a success, as a value that can be thrown. `code` is a stable slug for programs
 * (`sweep-finished`), `message` one sentence that names the thing and the way out.
 */
export class Problem extends Error {
  readonly kind: ProblemKind
  readonly code: string
  readonly issues: readonly Issue[]
  /** What else the caller should know about the refused input; empty for most problems. */
  readonly warnings: readonly string[]
  /** Seconds after which the same request may be sent again. Only with `retryable`. */
  readonly retryAfter: number | undefined

  constructor(
    kind: ProblemKind,
    code: string,
    message: string,
    more: {
      issues?: readonly Issue[]
      warnings?: readonly string[]
      retryAfter?: number
      cause?: unknown
    } = {},
  ) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause })
    this.name = 'Problem'
    this.kind = kind
    this.code = code
    this.issues = more.issues ?? []
    this.warnings = more.warnings ?? []
    this.retryAfter = more.retryAfter
  }
}
