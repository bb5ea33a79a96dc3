import type { IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import dynalite from 'dynalite'
import type { EmbeddedServer } from './embedded-sqs.ts'

/**
 * A DynamoDB in this process, on a free port of 127.0.0.1. With `path` its data is in that folder, which nobody else may
 * have open (see `data-folder.ts`): what it has acknowledged is with the operating system, and survives the death of the
 * process, though not of the machine. Without, it is in memory.
 */
export const startDynamo = async (path?: string): Promise<EmbeddedServer> => {
  const server = dynalite({ ...(path !== undefined && { path }), createTableMs: 0 })
  server.prependListener('request', keepAlive)
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
        // Waits for answers under way, but not for idle connections of clients that are still around.
        server.closeIdleConnections()
      }),
  }
}

/** Dynalite throws out of an event handler, which ends the process, when a client goes away in the middle of a request. */
const keepAlive = (request: IncomingMessage): void => {
  const on = request.on.bind(request)
  request.on = ((event: string, listener: (...args: unknown[]) => void) =>
    on(event, event === 'error' ? () => {} : listener)) as typeof request.on
}
