import type { ProblemBody } from '@chimney/core/schema/api/problem'

/**
 * A call that did not succeed. `code` is stable for programs: the server's (`sweep-finished`, `lease-taken`, …), or
 * ours: `unreachable` (no answer), `aborted` (the caller's signal), `no-key`, `bad-path`, `bad-answer`, `log-full`,
 * `run-closed`. The message says what to do.
 */
export class ChimneyError extends Error {
  readonly code: string
  /** HTTP status; undefined when there was no answer. */
  readonly status: number | undefined
  /** What the server answered, when it was problem details. */
  readonly problem: ProblemBody | undefined
  /** Ms after which the server wants the same request again. */
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

const WAY_OUT: Readonly<Record<number, string>> = {
  401: 'Set CHIMNEY_API_KEY to a valid key, or run `chimney login`.',
  403: 'Use a key of the entity in the path.',
}

/** The error of an answer with `status`. A body that is no problem document (a proxy's page, say) is cut to 200 characters. */
export const errorOfAnswer = (
  status: number,
  text: string,
  retryAfterMs: number | undefined,
): ChimneyError => {
  const problem = problemOf(text)
  const wayOut = WAY_OUT[status]
  if (!problem) {
    const said = text.trim().slice(0, 200)
    const message = `the server answered ${status}${said ? `: ${said}` : ''}${wayOut ? `. ${wayOut}` : ''}`
    return new ChimneyError(`http-${status}`, message, { status, retryAfterMs })
  }
  const lines = [problem.detail || problem.title]
  for (const { path, message, fix } of problem.errors ?? [])
    lines.push(`  ${path ? `${path}: ` : ''}${message}${fix ? ` (${fix})` : ''}`)
  if (wayOut) lines.push(wayOut)
  return new ChimneyError(problem.code, lines.join('\n'), { status, problem, retryAfterMs })
}

const problemOf = (text: string): ProblemBody | undefined => {
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
