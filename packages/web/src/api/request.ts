import type { ProblemBody } from '@chimney/core/schema/api/problem'
import { addressOf } from '../app/base.ts'
import { shareToken } from '../app/share-link.ts'
import { readJson } from './read-json.ts'

/** An error response (RFC 9457). `status` 0: the server was unreachable. */
export class ApiError extends Error {
  readonly status: number
  readonly code: string
  readonly errors: NonNullable<ProblemBody['errors']>
  readonly warnings: readonly string[]

  constructor(
    status: number,
    code: string,
    message: string,
    errors: NonNullable<ProblemBody['errors']> = [],
    warnings: readonly string[] = [],
  ) {
    super(message)
    this.status = status
    this.code = code
    this.errors = errors
    this.warnings = warnings
  }
}

/** Event of the window: the key has expired or was revoked. */
export const UNAUTHORIZED = 'chimney-unauthorized'

interface Options {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly body?: unknown
  /** A YAML body. */
  readonly yaml?: string
  readonly signal?: AbortSignal
  /** Receives the headers of a successful response. */
  readonly onHeaders?: (headers: Headers) => void
}

/** Sends a request with the session cookie or the share token. Throws {@link ApiError}. */
export async function request<T>(
  path: string,
  { method = 'GET', body, yaml, signal, onHeaders }: Options = {},
): Promise<T> {
  // CSRF protection: the server accepts the cookie for changes only with this header.
  const headers: Record<string, string> = { 'Chimney-Page': '1' }
  if (shareToken !== undefined) headers['Chimney-Share'] = shareToken
  if (body !== undefined) headers['Content-Type'] = 'application/json'
  if (yaml !== undefined) headers['Content-Type'] = 'application/yaml'
  let answer: Response
  let text: string
  try {
    answer = await fetch(addressOf(path), {
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
      'Server unreachable. Check your network and that the service is running.',
    )
  }
  const json = parse(text)
  if (answer.ok) {
    onHeaders?.(answer.headers)
    return json as T
  }
  if (answer.status === 401) globalThis.dispatchEvent?.(new Event(UNAUTHORIZED))
  const problem = json as Partial<ProblemBody> | undefined
  throw new ApiError(
    answer.status,
    problem?.code ?? `http-${answer.status}`,
    messageOf(problem) ?? `The server responded with status ${answer.status}.`,
    problem?.errors,
    problem?.warnings,
  )
}

/** Texts for the codes that the pages word differently than the API. */
const MESSAGES: Readonly<Record<string, string>> = {
  'unknown-key': 'Invalid or revoked API key.',
  'expired-key': 'Your key has expired. Sign in again.',
}

/** Drops hints that only help callers of the API. */
const messageOf = (problem: Partial<ProblemBody> | undefined): string | undefined =>
  MESSAGES[problem?.code ?? ''] ?? problem?.detail?.replace(/; list them at GET \S+$/, '')

function parse(text: string): unknown {
  if (text === '') return undefined
  try {
    return readJson(text)
  } catch {
    return undefined
  }
}
