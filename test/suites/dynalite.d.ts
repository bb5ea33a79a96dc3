declare module 'dynalite' {
  import type { Server } from 'node:http'
  /** An engine for DynamoDB requests; `path` keeps the data on disk, otherwise they live in memory. */
  export default function dynalite(options?: { createTableMs?: number; path?: string }): Server
}
