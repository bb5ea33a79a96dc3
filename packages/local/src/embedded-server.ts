/** A server in this process that listens on a free port of 127.0.0.1. */
export interface EmbeddedServer {
  readonly endpoint: string
  stop(): Promise<void>
}
