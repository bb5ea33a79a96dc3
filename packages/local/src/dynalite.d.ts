// The package has no types; this is the part in use.
declare module 'dynalite' {
  import type { Server } from 'node:http'

  /** `path`: folder of the LevelDB; in memory when absent. `createTableMs`: how long a new table is not yet active. */
  export default function dynalite(options: {
    readonly path?: string
    readonly createTableMs?: number
  }): Server
}
