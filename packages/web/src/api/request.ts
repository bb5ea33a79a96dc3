import type { ProblemBody } from '@chimney/core/schema/api'
import { shareToken } from '../app/share-link.ts'

/** What the service refused, in its words. `status` 0: it was not reached. */
export class ApiError extends Error {
  readonly status: number
  readonly code: string
  readonly errors: NonNullable<ProblemBody['errors']>

  constructor(
    status: number,
    code: string,
    message: string,
    errors: NonNullable<ProblemBody['errors']> = [],
  ) {
    super(message)
    this.status = status
    this.code = code
    this.errors = errors
  }
}

interface Options {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  readonly body?: unknown
  /** A body in another language than JSON. */
  readonly yaml?: string
  readonly signal?: AbortSignal
}

/** One request as the reader who is signed in. Throws {@link ApiError}. */
export async function request<T>(
  path: string,
  { method = 'GET', body, yaml, signal }: Options = {},
): Promise<T> {
  // The service takes a cookie for changes only together with this header, which no other site can send.
  const headers: Record<string, string> = { 'Chimney-Page': '1' }
  if (shareToken !== undefined) headers['Chimney-Share'] = shareToken
  if (body !== undefined) headers['Content-Type'] = 'application/json'
  if (yaml !== undefined) headers['Content-Type'] = 'application/yaml'
  let answer: Response
  let text: string
  try {
    answer = await fetch(path, {
      method,
      headers,
      ...((yaml ?? body) !== undefined && { body: yaml ?? JSON.stringify(body) }),
      ...(signal && { signal }),
    })
    text = await answer.text()
  } catch (error) {
    if (signal?.aborted) throw error
    throw new ApiError(
      0,
      'unreachable',
      'The service cannot be reached. Check that it runs, and your network.',
    )
  }
  const json = parse(text)
  if (answer.ok) return json as T
  const problem = json as Partial<ProblemBody> | undefined
  throw new ApiError(
    answer.status,
    problem?.code ?? `http-${answer.status}`,
    problem?.detail ?? `The service answered ${answer.status}.`,
    problem?.errors,
  )
}

function parse(text: string): unknown {
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
