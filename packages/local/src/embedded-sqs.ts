import { buildApp } from 'fauxqs'

export interface EmbeddedServer {
  readonly endpoint: string
  stop(): Promise<void>
}

/**
 * An SQS (and an S3) in this process, on a free port of 127.0.0.1. Its messages and objects live in memory. Built from
 * the app rather than by `startFauxqs`, which listens on every address of the machine.
 */
export const startSqs = async (): Promise<EmbeddedServer> => {
  const app = buildApp({ logger: false })
  const endpoint = await app.listen({ host: '127.0.0.1', port: 0 })
  return { endpoint, stop: async () => void (await app.close()) }
}
