import type { Problem, ProblemKind } from '@chimney/core/schema/problem'

/** The HTTP status of each kind of problem. */
export const STATUS_OF_KIND = {
  invalid: 400,
  unauthorized: 401,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  'too-large': 413,
  retryable: 503,
  misconfigured: 500,
} as const satisfies Record<ProblemKind, number>

/** Codes with a more specific status than their kind. */
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

/** Default of `Retry-After`, in seconds. */
const RETRY_SECONDS = 2
/** Bounds the response to a config with thousands of errors. */
const MAX_ISSUES = 100

export const statusOf = (problem: Problem): number =>
  STATUS_OF_CODE[problem.code] ?? STATUS_OF_KIND[problem.kind]

/** RFC 9457: `application/problem+json`. `id`: of the request, for problems whose cause is in the log only. */
export function problemResponse(
  problem: Problem,
  headers: Record<string, string> = {},
  id?: string,
): Response {
  const status = statusOf(problem)
  const detail =
    id !== undefined && problem.kind === 'misconfigured'
      ? `${problem.message}; the log line with the request id ${id} has the cause`
      : problem.message
  return problemJson(status, problem.code, detail, problem, {
    ...headers,
    // No `Basic` challenge: browsers would open their password dialog.
    ...(status === 401 && { 'WWW-Authenticate': 'Bearer realm="chimney"' }),
    ...(problem.kind === 'retryable' && {
      'Retry-After': String(Math.max(1, Math.ceil(problem.retryAfter ?? RETRY_SECONDS))),
    }),
  })
}

/** Reveals nothing but the id of the log line. */
export const internalError = (id: string): Response =>
  problemJson(
    500,
    'internal-error',
    `internal error of the service; the log line with the request id ${id} has the details`,
  )

function problemJson(
  status: number,
  code: string,
  detail: string,
  { issues = [], warnings = [] }: Partial<Pick<Problem, 'issues' | 'warnings'>> = {},
  headers: Record<string, string> = {},
): Response {
  const body = {
    type: `about:blank#${code}`,
    title: TITLES[status] ?? 'Error',
    status,
    detail,
    code,
    ...(issues.length > 0 && { errors: issues.slice(0, MAX_ISSUES) }),
    ...(warnings.length > 0 && { warnings }),
  }
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'Content-Type': 'application/problem+json', ...headers },
  })
}
