import { MISCONFIGURED } from '@chimney/core/schema/problem'
import { encode } from './encode.ts'
import { ChimneyError, errorOfAnswer } from './error.ts'
import type { Timing } from './timing.ts'

export interface Request {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** Starts with `/`; each segment is encoded. */
  readonly path: string
  readonly query?: Readonly<Record<string, string | number | undefined>>
  /** Sent as JSON; a string with a `contentType` is sent unchanged. */
  readonly body?: unknown
  readonly contentType?: string
  /** The same for each attempt of the request. */
  readonly idempotencyKey?: string
  /** How long to retry, ms. Default: that of the transport. 0 disables retries. */
  readonly retryForMs?: number | undefined
  readonly signal?: AbortSignal | undefined
  /** Also retries while the service is misconfigured, for results that exist nowhere else. */
  readonly patient?: boolean | undefined
}

export interface Answer<T> {
  readonly status: number
  readonly body: T
  readonly retryAfterMs: number | undefined
  /** Time of the server from the Date header, Unix ms. Leases are measured with it. */
  readonly serverNow: number | undefined
}

export type Transport = <T>(request: Request) => Promise<Answer<T>>

export interface TransportOptions {
  readonly url: string
  readonly key: string | undefined
  readonly fetch: typeof globalThis.fetch
  readonly timing: Timing
  /** Of one attempt, ms. */
  readonly timeoutMs: number
  readonly retryForMs: number
  readonly parse: (text: string) => unknown
}

const BASE_MS = 200
const CAP_MS = 20_000
/** Includes 500, because all requests of the client are idempotent. */
const RETRIED: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504])

/**
 * Sends requests and retries transient failures (no response, 408, 425, 429, 5xx unless the service is misconfigured) with jittered exponential backoff from
 * 0.2 s to 20 s, and never before `Retry-After`. Other failures throw at once.
 */
export const createTransport = (options: TransportOptions): Transport => {
  const { timing } = options
  return async <T>(request: Request): Promise<Answer<T>> => {
    const until = timing.now() + (request.retryForMs ?? options.retryForMs)
    for (let attempt = 0; ; attempt++) {
      try {
        return await once<T>(options, request)
      } catch (error) {
        if (!(error instanceof ChimneyError)) throw error
        // The first DELETE may have succeeded although its response was lost.
        if (request.method === 'DELETE' && attempt > 0 && error.status === 404)
          return { status: 204, body: undefined as T, retryAfterMs: undefined, serverNow: undefined }
        const retried = isTransient(error) || (request.patient && error.code === MISCONFIGURED)
        if (!retried) throw error
        const backoff = Math.min(CAP_MS, BASE_MS * 2 ** attempt) * (0.5 + timing.random() / 2)
        const wait = Math.max(backoff, error.retryAfterMs ?? 0)
        if (timing.now() + wait > until) throw error
        await timing.sleep(wait, request.signal)
        if (request.signal?.aborted) throw aborted(request, error)
      }
    }
  }
}

export const isTransient = (error: ChimneyError): boolean =>
  error.code === 'unreachable' ||
  (error.code !== MISCONFIGURED && error.status !== undefined && RETRIED.has(error.status))

const once = async <T>(options: TransportOptions, request: Request): Promise<Answer<T>> => {
  const timeout = AbortSignal.timeout(options.timeoutMs)
  const isText = typeof request.body === 'string' && request.contentType !== undefined
  let response: Response
  let text: string
  try {
    response = await options.fetch(addressOf(options.url, request), {
      method: request.method,
      headers: {
        accept: 'application/json',
        ...(options.key ? { authorization: `Bearer ${options.key}` } : {}),
        ...(request.body === undefined ? {} : { 'content-type': request.contentType ?? 'application/json' }),
        ...(request.idempotencyKey ? { 'idempotency-key': request.idempotencyKey } : {}),
      },
      ...(request.body === undefined
        ? {}
        : { body: isText ? (request.body as string) : encode(request.body) }),
      signal: request.signal ? AbortSignal.any([request.signal, timeout]) : timeout,
      redirect: 'error', // a redirect would send the key to another host, or turn a POST into a GET
    })
    text = await response.text()
  } catch (error) {
    if (error instanceof ChimneyError) throw error
    if (request.signal?.aborted) throw aborted(request, error)
    throw unreachable(options, error, timeout.aborted)
  }
  const retryAfterMs = retryAfterOf(response.headers.get('retry-after'), options.timing.now())
  if (!response.ok) throw errorOfAnswer(response.status, text, retryAfterMs)
  const date = Date.parse(response.headers.get('date') ?? '')
  return {
    status: response.status,
    body: read<T>(options, response.status, text),
    retryAfterMs,
    serverNow: Number.isNaN(date) ? undefined : date,
  }
}

const read = <T>(options: TransportOptions, status: number, text: string): T => {
  if (text === '') return undefined as T
  try {
    return options.parse(text) as T
  } catch (error) {
    throw new ChimneyError(
      'bad-answer',
      `${options.url} returned ${status} with a body that is not JSON; check that it is a Chimney server`,
      { status, cause: error },
    )
  }
}

const addressOf = (url: string, { path, query }: Request): string => {
  const given = Object.entries(query ?? {}).filter((entry) => entry[1] !== undefined)
  if (given.length === 0) return url + path
  return `${url}${path}?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}`
}

const unreachable = (options: TransportOptions, error: unknown, timedOut: boolean): ChimneyError => {
  const why = timedOut ? `no response within ${options.timeoutMs / 1000} s` : causeOf(error)
  return new ChimneyError(
    'unreachable',
    `cannot reach ${options.url}: ${why}. Check that the server is running and that CHIMNEY_URL is correct.`,
    { cause: error },
  )
}

/** `fetch` reports "fetch failed", with the reason in `cause`. */
const causeOf = (error: unknown): string => {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  if (cause instanceof Error) return cause.message || ('code' in cause ? String(cause.code) : cause.name)
  return String(cause)
}

const aborted = (request: Request, error: unknown): ChimneyError =>
  new ChimneyError('aborted', `${request.method} ${request.path} was aborted by its caller`, {
    cause: error,
  })

/** Parses seconds or an HTTP date, as ms from `now`; undefined when absent or invalid. */
export const retryAfterOf = (header: string | null, now: number): number | undefined => {
  if (header === null) return undefined
  if (/^\d+(\.\d+)?$/.test(header.trim())) return Number(header) * 1000
  const at = Date.parse(header)
  return Number.isNaN(at) ? undefined : Math.max(0, at - now)
}
