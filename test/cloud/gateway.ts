/** The limits of API Gateway's HTTP APIs and of Lambda, in front of the emulator's HTTP API, which has none. */
import { createServer, type IncomingMessage, type RequestListener, request as send } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { type Certificate, listen } from './listen.ts'

/** "API Gateway quotas for HTTP APIs": payload size, integration timeout. */
const MAX_BODY = 10 * 1024 * 1024
const TIMEOUT_MS = 30_000
/** "Lambda quotas": request and response of a synchronous invocation, 6 MB each. */
const MAX_EVENT = 6 * 1024 * 1024
/** The event's fields other than body and headers. */
const EVENT_FIELDS = 2_000
/** Types that the gateway hands over as text; everything else, and everything compressed, is base64. */
const TEXT = /^(text\/|application\/(json|javascript|xml|graphql|x-www-form-urlencoded))/

export interface Exchange {
  readonly method: string
  readonly path: string
  readonly status: number
  /** Bytes of the request's body, of the event and of the response. */
  readonly bytes: { readonly body: number; readonly event: number; readonly response: number }
  readonly userAgent: string
}

export interface Throttle {
  /** Requests per second, and the size of the bucket. */
  readonly rate: number
  readonly burst: number
}

export interface Options {
  readonly throttle: Throttle
  readonly certificate: Certificate
  /** Receives each exchange, for the access log. */
  readonly log: (exchange: Exchange) => void
}

export interface Gateway {
  /** The address that the deployment knows, with TLS. */
  readonly url: string
  /** The same gateway without TLS, for tests that need not check certificates. */
  readonly plainUrl: string
  readonly exchanges: () => readonly Exchange[]
  readonly stop: () => Promise<void>
}

interface Answer {
  readonly status: number
  readonly headers: Record<string, string | string[] | undefined>
  readonly body: Buffer
}

const own = (status: number, message: string): Answer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: Buffer.from(JSON.stringify({ message })),
})

/** `target` reads the id of the API and the emulator's port at each request: both exist later than the gateway. */
export async function startGateway(
  target: () => { readonly api: string; readonly port: number },
  { throttle, certificate, log }: Options,
): Promise<Gateway> {
  const exchanges: Exchange[] = []
  const takes = bucket(throttle)
  const respond: RequestListener = async (request, response) => {
    const body = await bodyOf(request).catch(() => undefined)
    if (!body) return
    const event = sizeOfEvent(request, body)
    const answer = !takes()
      ? own(429, 'Too Many Requests')
      : body.length > MAX_BODY
        ? own(413, 'Request Entity Too Large')
        : event > MAX_EVENT
          ? own(413, 'Request Too Long')
          : await forward(request, body, target())
    const exchange: Exchange = {
      method: request.method ?? '',
      path: request.url?.split('?')[0] ?? '',
      status: answer.status,
      bytes: { body: body.length, event, response: answer.body.length },
      userAgent: request.headers['user-agent'] ?? '',
    }
    exchanges.push(exchange)
    log(exchange)
    response.writeHead(answer.status, { ...answer.headers, 'content-length': answer.body.length })
    response.end(answer.body)
  }
  const plain = await listen(createServer(respond))
  const { port, stop } = await listen(createTlsServer(certificate, respond))
  return {
    url: `https://127.0.0.1:${port}`,
    plainUrl: plain.url,
    exchanges: () => exchanges,
    stop: async () => {
      await plain.stop()
      await stop()
    },
  }
}

async function bodyOf(stream: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of stream) parts.push(part as Buffer)
  return Buffer.concat(parts)
}

const isText = (headers: IncomingMessage['headers']): boolean =>
  !headers['content-encoding'] && TEXT.test(headers['content-type'] ?? 'text/plain')

const base64Size = (bytes: number): number => Math.ceil(bytes / 3) * 4
const jsonSize = (text: string): number => Buffer.byteLength(JSON.stringify(text))

function sizeOfEvent({ headers }: IncomingMessage, body: Buffer): number {
  const inEvent = isText(headers) ? jsonSize(body.toString()) : base64Size(body.length)
  return EVENT_FIELDS + JSON.stringify(headers).length + inEvent
}

/** The whole response is read before its first byte is sent: the gateway does not stream. */
async function forward(
  { method, url, headers }: IncomingMessage,
  body: Buffer,
  { api, port }: { readonly api: string; readonly port: number },
): Promise<Answer> {
  return new Promise((resolve) => {
    const onward = send(
      {
        host: '127.0.0.1',
        port,
        method,
        path: url,
        headers: {
          ...headers,
          host: `${api}.execute-api.localhost:${port}`,
          'x-forwarded-proto': 'https',
          'content-length': body.length,
        },
        timeout: TIMEOUT_MS,
      },
      async (answer) => {
        const { 'transfer-encoding': _, connection: __, ...rest } = answer.headers
        const text = await bodyOf(answer).catch(() => Buffer.alloc(0))
        const size = isText(answer.headers) ? jsonSize(text.toString()) : base64Size(text.length)
        resolve(
          size > MAX_EVENT
            ? own(500, 'Internal Server Error')
            : { status: answer.statusCode ?? 502, headers: rest, body: text },
        )
      },
    )
    onward.once('timeout', () => {
      onward.destroy()
      resolve(own(503, 'Service Unavailable'))
    })
    onward.once('error', () => resolve(own(502, 'Bad Gateway')))
    onward.end(body)
  })
}

/** A token bucket, as the gateway's stage throttle. */
function bucket({ rate, burst }: Throttle): () => boolean {
  let tokens = burst
  let filled = performance.now()
  return () => {
    const now = performance.now()
    tokens = Math.min(burst, tokens + ((now - filled) / 1000) * rate)
    filled = now
    if (tokens < 1) return false
    tokens -= 1
    return true
  }
}
