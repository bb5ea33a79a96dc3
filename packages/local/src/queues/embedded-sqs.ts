import { buildApp } from 'fauxqs'
import type { EmbeddedServer } from '../embedded-server.ts'

/**
 * SQS (and S3) in this process, on a free port of 127.0.0.1, with messages and objects in memory. `startFauxqs` would listen on
 * every address of the machine.
 */
export const startSqs = async (): Promise<EmbeddedServer> => {
  const app = buildApp({ logger: false })
  const endpoint = await app.listen({ host: '127.0.0.1', port: 0 })
  return { endpoint, stop: async () => void (await app.close()) }
}
