import { Problem, type ProblemKind } from '@chimney/core/schema/problem'

/**
 * The client retries every other 4xx and 5xx for minutes or days, so a refusal must be one of these. 501 stands for a mistake
 * of ours or of the deployment: repeating the request would only meet it again, and what a run could not send stays on its disk for `wandb sync`.
 */
const STATUS: Readonly<Record<ProblemKind, number>> = {
  invalid: 400,
  unauthorized: 401,
  forbidden: 403,
  'not-found': 404,
  // Not 409: the client retries it when a run starts.
  conflict: 400,
  'too-large': 413,
  retryable: 503,
  misconfigured: 501,
}

const RETRY_SECONDS = 2
/** An error of the executor repeats the value that it refuses. */
const MAX_MESSAGE = 4_000
/** The client waits for any `Retry-After`, so it is bounded here. */
const MAX_RETRY_SECONDS = 10

const json = (body: unknown, status: number, headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify(body), {
    status,
    headers: { 'Content-Type': 'application/json', 'Cache-Control': 'no-store', ...headers },
  })

export const okResponse = (body: unknown): Response => json(body, 200)

/** An error in the shape of a GraphQL response, which the client parses on every path. */
export function errorResponse(error: unknown): Response {
  const { status, message, retryAfter } = responseOf(error)
  const headers: Record<string, string> =
    status === 503 ? { 'Retry-After': String(retrySeconds(retryAfter ?? RETRY_SECONDS)) } : {}
  return json({ errors: [{ message }], data: null }, status, headers)
}

const retrySeconds = (wanted: number): number => Math.min(Math.max(1, Math.ceil(wanted)), MAX_RETRY_SECONDS)

function responseOf(error: unknown): { status: number; message: string; retryAfter?: number | undefined } {
  if (error instanceof Problem) {
    const issues = error.issues.map(
      ({ path, message, fix }) => `${path ? `${path}: ` : ''}${message}${fix ? ` (${fix})` : ''}`,
    )
    // The issues are more specific than the introductory sentence.
    const lines = issues.length > 0 ? issues.slice(0, 20) : [error.message]
    const message = [...lines, ...error.warnings.map((warning) => `warning: ${warning}`)].join('\n')
    return {
      status: STATUS[error.kind],
      message: message.slice(0, MAX_MESSAGE),
      retryAfter: error.retryAfter,
    }
  }
  return { status: 501, message: 'internal error; the log of the service has the cause' }
}
