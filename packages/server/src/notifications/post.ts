import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { useAgent } from 'request-filtering-agent'

const TIMEOUT_MS = 10_000

/** Users choose the address, so this has nothing that the receiver sent. */
export interface Answer {
  /** Absent when there was no response. */
  readonly status?: number
  /** Absent when the request was taken: a status of 2xx. */
  readonly error?: string
}

/**
 * Sends one request, without following redirects. Addresses in private, local and reserved networks are refused after their name
 * was resolved, at the connection, unless `allowPrivate`. The response is not read: it could be one of another service.
 */
export const post = (
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string,
  { allowPrivate = false, timeoutMs = TIMEOUT_MS } = {},
): Promise<Answer> =>
  new Promise((resolve) => {
    const send = url.startsWith('https:') ? httpsRequest : httpRequest
    const agent = useAgent(url, { allowPrivateIPAddress: allowPrivate, allowMetaIPAddress: allowPrivate })
    const length = String(Buffer.byteLength(body))
    const signal = AbortSignal.timeout(timeoutMs)
    const request = send(url, {
      method: 'POST',
      agent,
      signal,
      headers: { ...headers, 'content-length': length },
    })
    request.on('response', (response) => {
      const { statusCode: status = 0 } = response
      response.destroy()
      resolve(status >= 200 && status < 300 ? { status } : { status, error: refusal(status) })
    })
    request.on('error', (error) => resolve({ error: reasonOf(error, signal.aborted, timeoutMs) }))
    request.end(body)
  })

const refusal = (status: number): string =>
  status >= 300 && status < 400
    ? `answered ${status}; redirects are not followed, so enter the final address`
    : `answered ${status}`

/** Not the message itself: it may have the address, which is a secret. */
function reasonOf(error: Error & { readonly code?: string }, timedOut: boolean, timeoutMs: number): string {
  if (timedOut) return `no answer within ${timeoutMs / 1000} seconds`
  if (/is not allowed|private|meta IP/i.test(error.message))
    return 'the address is in a private, local or reserved network'
  if (error.code === 'ENOTFOUND' || error.code === 'EAI_AGAIN') return 'the name of the host is unknown'
  return `no connection (${error.code ?? error.name})`
}
