import type { Issue, Problem, ProblemKind } from '@chimney/core/schema/problem'

/** The one table from what went wrong to what HTTP says. */
export const STATUS_OF_KIND = {
  invalid: 400,
  unauthorized: 401,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  'too-large': 413,
  retryable: 503,
} as const satisfies Record<ProblemKind, number>

/** Codes for which HTTP has a better word than their kind's. */
const STATUS_OF_CODE: Readonly<Record<string, number>> = {
  'idempotency-key-reused': 422,
  'method-not-allowed': 405,
  'too-many-requests': 429,
  'unsupported-encoding': 415,
  'unsupported-media-type': 415,
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'Conflict',
  413: 'Too large',
  415: 'Unsupported media type',
  422: 'Unprocessable',
  429: 'Too many requests',
  500: 'Internal error',
  503: 'Try again',
}

/** Seconds that a caller is asked to wait when nobody knows better. */
const RETRY_SECONDS = 2
/** So that a config with a thousand mistakes does not answer a megabyte. */
const MAX_ISSUES = 100

export const statusOf = (problem: Problem): number =>
  STATUS_OF_CODE[problem.code] ?? STATUS_OF_KIND[problem.kind]

/** RFC 9457: `application/problem+json`. */
export function problemAnswer(problem: Problem): Response {
  const status = statusOf(problem)
  const headers: Record<string, string> = {}
  // Bearer alone: a `Basic` challenge would make browsers ask for a password in a dialogue of their own.
  if (status === 401) headers['WWW-Authenticate'] = 'Bearer realm="chimney"'
  if (problem.kind === 'retryable')
    headers['Retry-After'] = String(Math.max(1, Math.ceil(problem.retryAfter ?? RETRY_SECONDS)))
  return problemJson(status, problem.code, problem.message, problem.issues, headers)
}

/** What a caller hears of a mistake of ours: an id that finds the log line, and nothing else. */
export const internalErrorAnswer = (id: string): Response =>
  problemJson(500, 'internal-error', `something broke in the service; its log tells more under the id ${id}`)

function problemJson(
  status: number,
  code: string,
  detail: string,
  issues: readonly Issue[] = [],
  headers: Record<string, string> = {},
): Response {
  const body = {
    type: `about:blank#${code}`,
    title: TITLES[status] ?? 'Error',
    status,
    detail,
    code,
    ...(issues.length > 0 && { errors: issues.slice(0, MAX_ISSUES) }),
  }
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'Content-Type': 'application/problem+json', ...headers },
  })
}
