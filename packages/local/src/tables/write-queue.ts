import type { ItemCache } from './item-cache.ts'

export type Operation =
  | {
      readonly type: 'put'
      readonly key: string
      /** JSON of the item. */
      readonly value: string
      readonly valueEncoding: 'utf8'
      readonly item: unknown
    }
  | { readonly type: 'del'; readonly key: string }

type Done = (error?: unknown) => void

export interface WriteQueue {
  /** Calls `done` when it is written. The order of the calls is that of the writes. */
  add(operation: Operation, done: Done): void
  /** Resolves when all that was added is written. */
  idle(): Promise<void>
}

/**
 * Writes in batches: what is added in one turn of the event loop, or during a write, is one batch, written whole or not at all. The
 * cache gets items when they are written.
 */
export function writeQueue(
  write: (operations: readonly Operation[], done: Done) => void,
  cache: ItemCache,
): WriteQueue {
  let operations: Operation[] = []
  let waiting: Done[] = []
  let running: Promise<void> | undefined

  async function drain(): Promise<void> {
    await Promise.resolve() // for the rest of this turn
    while (operations.length > 0) {
      const batch = operations
      const done = waiting
      operations = []
      waiting = []
      const failure = await new Promise((resolve) => write(batch, resolve))
      for (const operation of batch) {
        // After a failure nothing is known of what LevelDB has.
        if (operation.type === 'put' && !failure)
          cache.set(operation.key, operation.item, operation.value.length)
        else cache.delete(operation.key)
      }
      for (const each of done) setImmediate(each, failure)
    }
    running = undefined
  }

  return {
    add: (operation, done) => {
      operations.push(operation)
      waiting.push(done)
      running ??= drain()
    },
    idle: async () => {
      while (running) await running
    },
  }
}
