// The package has no types; these are the parts in use.
declare module 'dynalite' {
  import type { Server } from 'node:http'

  /** `path`: folder of the LevelDB; in memory when absent. `createTableMs`: how long a new table is not yet active. */
  export default function dynalite(options: {
    readonly path?: string
    readonly createTableMs?: number
  }): Server
}

declare module 'dynalite/db/index.js' {
  import type { Readable } from 'node:stream'
  import type { ClassicLevel } from 'classic-level'

  type Done = (error: unknown, value?: unknown) => void

  /** A LevelDB whose methods take callbacks; `close._original` closes it without waiting for the server to stop. */
  export interface CallbackLevel extends Pick<ClassicLevel, 'status' | 'compactRange'> {
    put(key: string, value: unknown, done: Done): unknown
    get(key: string, done: Done): unknown
    del(key: string, done: Done): unknown
    batch(operations: readonly object[], done: Done): unknown
    createKeyStream(options?: object): Readable
    createValueStream(options?: object): Readable
    open(): Promise<void>
    readonly close: { _original(): Promise<void> }
  }
  export interface DynaliteStore {
    readonly db: CallbackLevel
  }

  const db: { create(options: object): DynaliteStore }
  export default db
}
