import type { IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import dynalite from 'dynalite'
import type { EmbeddedServer } from '../embedded-server.ts'

/**
 * DynamoDB in this process, on a free port of 127.0.0.1. With `path` its data is in that folder, which no other process may
 * have open (see `data-folder.ts`). Acknowledged writes are in the page cache: they survive a crash of the process, but not of
 * the machine. Without `path` the data is in memory.
 */
export const startDynamo = async (path?: string): Promise<EmbeddedServer> => {
  const server = dynalite({ ...(path !== undefined && { path }), createTableMs: 0 })
  server.prependListener('request', ignoreDisconnects)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    endpoint: `http://127.0.0.1:${port}`,
    stop: () =>
      new Promise<void>((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()))
        // `close` waits for pending responses; idle keep-alive connections would delay it.
        server.closeIdleConnections()
      }),
  }
}

/** Dynalite throws from an event handler, which ends the process, when a client disconnects during a request. */
const ignoreDisconnects = (request: IncomingMessage): void => {
  const on = request.on.bind(request)
  request.on = ((event: string, listener: (...args: unknown[]) => void) =>
    on(event, event === 'error' ? () => {} : listener)) as typeof request.on
}
