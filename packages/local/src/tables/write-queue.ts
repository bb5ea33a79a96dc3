import { setImmediate as checkPhase } from 'node:timers/promises'
import type { ItemCache } from './item-cache.ts'
import type { KnownRanges } from './known-ranges.ts'

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
 * cache and the known ranges get items when they are written.
 */
export function writeQueue(
  write: (operations: readonly Operation[], done: Done) => void,
  cache: ItemCache,
  ranges: Pick<KnownRanges, 'wrote' | 'forget'>,
): WriteQueue {
  let operations: Operation[] = []
  let waiting: Done[] = []
  let running: Promise<void> | undefined

  async function drain(): Promise<void> {
    while (operations.length > 0) {
      await checkPhase() // the requests that this turn of the event loop has read share a batch
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
        if (failure) ranges.forget(operation.key)
        else ranges.wrote(operation.key, operation.type)
      }
      for (const each of done) queueMicrotask(() => each(failure))
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
