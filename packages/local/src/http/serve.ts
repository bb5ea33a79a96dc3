import type { AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import { CloudError, codeOf } from '../cloud-error.ts'

export interface HttpServer {
  /** Reachable from this machine, without a trailing slash. */
  readonly url: string
  /** Waits `graceMs` for pending requests, then closes all connections: event streams do not end on their own. Idempotent. */
  stop(graceMs: number): Promise<void>
}

export type Fetch = (request: Request) => Response | Promise<Response>

const IDLE_CHECK_MS = 20
/** Longer than clients and proxies keep idle connections (nginx: 60 s); otherwise they send on one that is being closed. */
const KEEP_ALIVE_MS = 80_000

/** Listens on a port; 0 selects a free one. Throws {@link CloudError} when the port is not available. */
export const serve = async (fetch: Fetch, host: string, port: number): Promise<HttpServer> => {
  const server = createAdaptorServer({ fetch })
  if ('keepAliveTimeout' in server) server.keepAliveTimeout = KEEP_ALIVE_MS
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(portProblem(error, host, port)))
    server.listen(port, host, resolve)
  })
  const { port: actual } = server.address() as AddressInfo
  return {
    url: `http://${reachable(host)}:${actual}`,
    stop: (graceMs) =>
      new Promise<void>((resolve) => {
        const closeAll = () => 'closeAllConnections' in server && server.closeAllConnections()
        // `close` ends only connections that are idle now; one that becomes idle later would stay for seconds.
        const closeIdle = () => 'closeIdleConnections' in server && server.closeIdleConnections()
        const timers = [setTimeout(closeAll, graceMs), setInterval(closeIdle, IDLE_CHECK_MS)]
        server.close(() => {
          timers.forEach(clearTimeout)
          resolve()
        })
      }),
  }
}

/** A server that listens on all addresses is reachable on the loopback. */
const reachable = (host: string): string => {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1'
  return host.includes(':') ? `[${host}]` : host
}

const portProblem = (error: unknown, host: string, port: number): CloudError => {
  const code = codeOf(error)
  if (code === 'EADDRINUSE')
    return new CloudError(
      `Port ${port} is in use; stop the process that listens there, or set PORT to another one.`,
    )
  if (code === 'EACCES')
    return new CloudError(`Port ${port} requires elevated privileges; set PORT to one above 1023.`)
  return new CloudError(
    `Cannot listen on ${host}:${port} (${code}); set HOST and PORT to an address of this machine.`,
  )
}
