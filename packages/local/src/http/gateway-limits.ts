import type { Fetch } from './serve.ts'

/** Of HTTP APIs of API Gateway: the size of a request. ("Amazon API Gateway quotas for HTTP APIs") */
const MAX_BODY_BYTES = 10 * 1024 * 1024
/** Of a synchronous invocation of Lambda: the event, and the response. ("Lambda quotas") */
const MAX_EVENT_BYTES = 6 * 1024 * 1024
/** About the size of an event's fields other than body and headers. */
const EVENT_FIELDS_BYTES = 2_000
/** What the gateway hands over as text. Everything else, and everything compressed, becomes base64. */
const TEXT = /^(text\/|application\/(json|javascript|xml|graphql|x-www-form-urlencoded))/
/** Of the deployed stage (`stacks/api.ts`), for all clients together. */
const STAGE = { rate: 500, burst: 1_000 } as const

type Header = (name: string) => string | null | undefined

/** Bytes of a body in an event or a response of Lambda. */
function payloadBytes(header: Header, body: Uint8Array): number {
  const isText = !header('content-encoding') && TEXT.test(header('content-type') ?? 'text/plain')
  return isText
    ? Buffer.byteLength(JSON.stringify(Buffer.from(body).toString()))
    : Math.ceil(body.byteLength / 3) * 4
}

/** The gateway's message for a request that it or Lambda would refuse with 413; undefined for others. */
export function tooLarge(headers: Headers, body: Uint8Array): string | undefined {
  if (body.byteLength > MAX_BODY_BYTES) return 'Request Entity Too Large'
  const names = JSON.stringify([...headers]).length
  const event = EVENT_FIELDS_BYTES + names + payloadBytes((name) => headers.get(name), body)
  return event > MAX_EVENT_BYTES ? 'Request Too Long' : undefined
}

/** Whether Lambda would return this response. */
export const isReturnable = (headers: Headers, body: Uint8Array): boolean =>
  payloadBytes((name) => headers.get(name), body) <= MAX_EVENT_BYTES

/** A token bucket: `rate` requests per second after a burst. Times are in milliseconds. */
export function throttle(now: () => number, { rate, burst }: { rate: number; burst: number } = STAGE) {
  let tokens = burst
  let filledAt = now()
  return (): boolean => {
    const at = now()
    tokens = Math.min(burst, tokens + ((at - filledAt) / 1000) * rate)
    filledAt = at
    if (tokens < 1) return false
    tokens -= 1
    return true
  }
}

const refusal = (status: number, message: string): Response => Response.json({ message }, { status })

/**
 * Gives a local service the limits of API Gateway and Lambda: the stage's throttle, the sizes of requests and responses. A
 * response is sent when it is complete.
 */
export function withGatewayLimits(fetch: Fetch, now: () => number): Fetch {
  const takes = throttle(now)
  return async (request) => {
    if (!takes()) return refusal(429, 'Too Many Requests')
    const body = new Uint8Array(await request.arrayBuffer())
    const message = tooLarge(request.headers, body)
    if (message) return refusal(413, message)
    const hasBody = request.method !== 'GET' && request.method !== 'HEAD'
    const response = await fetch(new Request(request, hasBody ? { body } : {}))
    const answer = new Uint8Array(await response.arrayBuffer())
    if (!isReturnable(response.headers, answer)) return refusal(500, 'Internal Server Error')
    // 204 and 304 must not have a body.
    return new Response(answer.byteLength > 0 ? answer : null, response)
  }
}
