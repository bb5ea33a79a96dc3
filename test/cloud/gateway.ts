/** The limits of API Gateway's HTTP APIs and of Lambda, in front of the emulator's HTTP API, which has none. */
import { createServer, type IncomingMessage, type RequestListener, request as send } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { isReturnable, throttle, tooLarge } from '@chimney/local/http/gateway-limits'
import { type Certificate, listen } from './listen.ts'

/** Of an integration of an HTTP API. */
const TIMEOUT_MS = 30_000

export interface Exchange {
  readonly method: string
  readonly path: string
  readonly status: number
  /** Bytes of the bodies. */
  readonly bytes: { readonly request: number; readonly response: number }
  readonly userAgent: string
}

export interface Options {
  /** Of the stage: requests per second, and the size of the bucket. */
  readonly stage: { readonly rate: number; readonly burst: number }
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
  { stage, certificate, log }: Options,
): Promise<Gateway> {
  const exchanges: Exchange[] = []
  const takes = throttle(() => performance.now(), stage)
  const respond: RequestListener = async (request, response) => {
    const body = await bodyOf(request).catch(() => undefined)
    if (!body) return
    const refused = tooLarge(headersOf(request), body)
    const answer = !takes()
      ? own(429, 'Too Many Requests')
      : refused
        ? own(413, refused)
        : await forward(request, body, target())
    const exchange: Exchange = {
      method: request.method ?? '',
      path: request.url?.split('?')[0] ?? '',
      status: answer.status,
      bytes: { request: body.length, response: answer.body.length },
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

const headersOf = ({ headers }: IncomingMessage): Headers =>
  new Headers(
    Object.entries(headers).flatMap(([name, value]) =>
      [value ?? []].flat().map((one): [string, string] => [name, one]),
    ),
  )

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
        // By path: the emulator would take some paths of a host for its own, such as `/login`.
        path: `/_aws/execute-api/${api}/$default${url}`,
        headers: {
          ...headers,
          // The emulator goes by the type alone, AWS also makes compressed bodies base64.
          ...(headers['content-encoding'] && { 'content-type': 'application/octet-stream' }),
          'x-forwarded-proto': 'https',
          'content-length': body.length,
        },
        timeout: TIMEOUT_MS,
      },
      async (answer) => {
        const { 'transfer-encoding': _, connection: __, ...rest } = answer.headers
        const text = await bodyOf(answer).catch(() => Buffer.alloc(0))
        resolve(
          isReturnable(headersOf(answer), text)
            ? { status: answer.statusCode ?? 502, headers: rest, body: text }
            : own(500, 'Internal Server Error'),
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
