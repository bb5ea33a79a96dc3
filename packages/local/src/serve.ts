import type { AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import { CloudError, codeOf } from './cloud-error.ts'

export interface HttpServer {
  /** Without a trailing slash; an address on which this machine reaches it. */
  readonly url: string
  /** Gives the requests under way `graceMs`, then cuts what is left (streams of events never end by themselves). Again is harmless. */
  stop(graceMs: number): Promise<void>
}

export type Fetch = (request: Request) => Response | Promise<Response>

const IDLE_CHECK_MS = 20

/** Listens on a port; 0 takes a free one. Throws {@link CloudError} when the port cannot be had. */
export const serve = async (fetch: Fetch, host: string, port: number): Promise<HttpServer> => {
  const server = createAdaptorServer({ fetch })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(portProblem(error, host, port)))
    server.listen(port, host, resolve)
  })
  const { port: actual } = server.address() as AddressInfo
  return {
    url: `http://${reachable(host)}:${actual}`,
    stop: (graceMs) =>
      new Promise<void>((resolve) => {
        const cut = () => 'closeAllConnections' in server && server.closeAllConnections()
        // Node closes the connections that are idle now; one that gets idle later would linger for seconds.
        const idle = () => 'closeIdleConnections' in server && server.closeIdleConnections()
        const timers = [setTimeout(cut, graceMs), setInterval(idle, IDLE_CHECK_MS)]
        server.close(() => {
          timers.forEach(clearTimeout)
          resolve()
        })
      }),
  }
}

/** A server on all addresses is reached on the loopback. */
const reachable = (host: string): string => {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1'
  return host.includes(':') ? `[${host}]` : host
}

const portProblem = (error: unknown, host: string, port: number): CloudError => {
  const code = codeOf(error)
  if (code === 'EADDRINUSE')
    return new CloudError(`Port ${port} is in use; stop what listens there, or set PORT to another one.`)
  if (code === 'EACCES')
    return new CloudError(`Port ${port} needs special rights; set PORT to one above 1023.`)
  return new CloudError(
    `Nothing can listen on ${host}:${port} (${code}); set HOST and PORT to what this machine has.`,
  )
}
