/** A proxy that breaks some of the requests that pass through it. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout } from 'node:timers/promises'

export type Fault =
  /** Passes the request on. */
  | { readonly kind: 'none' }
  /** Responds without passing the request on. */
  | { readonly kind: 'answer'; readonly status: number; readonly body: string; readonly headers?: object }
  /** Closes the connection before the service gets the request. */
  | { readonly kind: 'reset' }
  /** The service responds, but the response is lost. */
  | { readonly kind: 'lost' }
  /** Passes the request on after `ms` milliseconds. */
  | { readonly kind: 'late'; readonly ms: number }

export interface FaultyProxy {
  readonly url: string
  /** How often each kind has happened. */
  readonly counts: Readonly<Record<string, number>>
  stop(): Promise<void>
}

/** Passes everything on to `target`, except as `fault` says: it is asked once for each request, in order of arrival. */
export async function faultyProxy(
  target: string,
  fault: (request: IncomingMessage, body: string) => Fault,
): Promise<FaultyProxy> {
  const counts: Record<string, number> = {}
  const server = createServer((request, response) => {
    handle(request, response).catch(() => request.socket.destroy())
  })
  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    const body = Buffer.concat(parts)
    const chosen = fault(request, body.toString())
    counts[chosen.kind] = (counts[chosen.kind] ?? 0) + 1
    await pass(target, request, body, response, chosen)
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    counts,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** Headers of one connection, and headers that `fetch` sets. */
const OWN_HEADERS = ['connection', 'keep-alive', 'content-length', 'transfer-encoding', 'host']

async function pass(
  target: string,
  request: IncomingMessage,
  body: Buffer<ArrayBuffer>,
  response: ServerResponse,
  fault: Fault,
) {
  if (fault.kind === 'reset') return request.socket.destroy()
  if (fault.kind === 'answer') return response.writeHead(fault.status, { ...fault.headers }).end(fault.body)
  if (fault.kind === 'late') await setTimeout(fault.ms)
  const headers = Object.entries(request.headers).filter(([name]) => !OWN_HEADERS.includes(name))
  const answer = await fetch(target + request.url, {
    method: request.method ?? 'GET',
    headers: headers as [string, string][],
    redirect: 'manual',
    ...(body.length > 0 && { body }),
  })
  const bytes = Buffer.from(await answer.arrayBuffer())
  if (fault.kind === 'lost') return request.socket.destroy()
  const back = [...answer.headers].filter(([name]) => !OWN_HEADERS.includes(name))
  return response.writeHead(answer.status, Object.fromEntries(back)).end(bytes)
}
