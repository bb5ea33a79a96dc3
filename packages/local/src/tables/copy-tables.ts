import { ClassicLevel } from 'classic-level'
import type { CallbackLevel } from 'dynalite/db/index.js'

/** Items per batch. */
const STRIDE = 1_000
const TEXT = { keyEncoding: 'utf8', valueEncoding: 'utf8' } as const

/**
 * Copies a LevelDB as it is at this moment to a new folder. The files of a running LevelDB cannot be copied: it replaces them at any
 * time. Returns the number of keys.
 */
export async function copyTables(from: CallbackLevel, folder: string): Promise<number> {
  const snapshot = from.snapshot()
  const copy = new ClassicLevel<string, string>(folder, { ...TEXT, errorIfExists: true })
  const iterator = from.iterator({ ...TEXT, snapshot, fillCache: false })
  let keys = 0
  try {
    await copy.open()
    for (;;) {
      const entries = await iterator.nextv(STRIDE, {})
      // The last batch, which is empty, is flushed, and with it those before.
      await copy.batch(
        entries.map(([key, value]) => ({ type: 'put', key, value })),
        { sync: entries.length === 0 },
      )
      keys += entries.length
      if (entries.length === 0) break
    }
  } finally {
    await iterator.close()
    await snapshot.close()
    await copy.close()
  }
  return keys
}
