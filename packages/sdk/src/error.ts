import type { ProblemBody } from '@chimney/core/schema/api/problem'

/**
 * A failed call. `code` is stable: either a code of the server (`sweep-finished`, `lease-taken`, …) or one of the client:
 * `unreachable` (no response), `aborted` (by the signal of the caller), `bad-path`, `bad-answer`, `bad-value`,
 * `log-full`, `run-closed`. The message says how to fix it.
 *
 * @example
 * ```ts
 * import { ChimneyError, chimney } from '@chimney/sdk'
 *
 * try {
 *   await chimney().getSweep('acme/digits/abc123de')
 * } catch (error) {
 *   if (!(error instanceof ChimneyError) || error.code !== 'sweep-not-found') throw error
 *   console.error(error.message)
 * }
 * ```
 */
export class ChimneyError extends Error {
  readonly code: string
  /** HTTP status; undefined without a response. */
  readonly status: number | undefined
  /** The response body, when it is a problem document. */
  readonly problem: ProblemBody | undefined
  /** From the Retry-After header, ms. */
  readonly retryAfterMs: number | undefined

  constructor(
    code: string,
    message: string,
    more: { status?: number; problem?: ProblemBody; retryAfterMs?: number | undefined; cause?: unknown } = {},
  ) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause })
    this.name = 'ChimneyError'
    this.code = code
    this.status = more.status
    this.problem = more.problem
    this.retryAfterMs = more.retryAfterMs
  }
}

const FIXES: Readonly<Record<number, string>> = {
  401: 'Set CHIMNEY_API_KEY to a valid key, or run `chimney login`.',
  403: 'Use a key of the entity in the path.',
}

/** The error for a response with `status`. A body that is not a problem document is cut to 200 characters. */
export const errorOfAnswer = (
  status: number,
  text: string,
  retryAfterMs: number | undefined,
): ChimneyError => {
  const problem = parseProblem(text)
  const fix = FIXES[status]
  if (!problem) {
    const body = text.trim().slice(0, 200)
    const message = `the server returned ${status}${body ? `: ${body}` : ''}${fix ? `. ${fix}` : ''}`
    return new ChimneyError(`http-${status}`, message, { status, retryAfterMs })
  }
  const lines = [problem.detail || problem.title]
  for (const { path, message, fix } of problem.errors ?? [])
    lines.push(`  ${path ? `${path}: ` : ''}${message}${fix ? ` (${fix})` : ''}`)
  for (const warning of problem.warnings ?? []) lines.push(`  warning: ${warning}`)
  if (fix) lines.push(fix)
  return new ChimneyError(problem.code, lines.join('\n'), { status, problem, retryAfterMs })
}

const parseProblem = (text: string): ProblemBody | undefined => {
  try {
    const body: unknown = JSON.parse(text)
    if (typeof body !== 'object' || body === null) return undefined
    const { code, detail, title } = body as Partial<ProblemBody>
    return typeof code === 'string' && (typeof detail === 'string' || typeof title === 'string')
      ? (body as ProblemBody)
      : undefined
  } catch {
    return undefined
  }
}
