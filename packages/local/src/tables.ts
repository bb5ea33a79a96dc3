import { Stream } from 'node:stream'
import { ClassicLevel } from 'classic-level'
import type { Part, Range, Store } from 'dynalite'
import { MemoryLevel } from 'memory-level'
import { itemCache } from './item-cache.ts'
import { keyedLock } from './keyed-lock.ts'
import { type Operation, writeQueue } from './write-queue.ts'

export interface Tables {
  /** What the actions of dynalite read and write. */
  readonly store: Store
  /** Completes pending writes, then closes the folder. */
  close(): Promise<void>
}

const TEXT = { keyEncoding: 'utf8', valueEncoding: 'utf8' } as const
/** As in dynalite. */
const MAX_ITEM_BYTES = 400 * 1024
/** Of the JSON of the items in memory. */
const CACHE_BYTES = 4 * 1024 * 1024
/** Items that an iterator reads at once. */
const STRIDE = 200

/**
 * The tables of dynalite in a LevelDB, in dynalite's format: it opens these folders, and its folders open here. Single reads stay in
 * this thread, recent items are kept in memory, and concurrent writes share a batch. A write is acknowledged, and visible, when LevelDB
 * has passed it to the operating system.
 */
export async function openTables(path?: string): Promise<Tables> {
  const level = levelAt(path)
  await level.open()
  const cache = itemCache(CACHE_BYTES)
  const queue = writeQueue((operations) => level.batch([...operations]), cache)

  function read(key: string): unknown {
    const cached = cache.get(key)
    if (cached !== undefined) return cached
    const text = level.getSync(key)
    if (text === undefined) return undefined
    const item: unknown = JSON.parse(text)
    cache.set(key, item, text.length)
    return item
  }

  function part(name: string, isIndex: boolean): Part {
    const prefix = `${name}~`
    const write: (operation: Operation, done: (error?: unknown) => void) => void = isIndex
      ? (operation, done) => {
          // The actions write an item after its index entries, in the same turn: one batch, acknowledged with the item.
          queue.add(operation, () => {})
          done()
        }
      : queue.add
    return {
      awsAccountId: '000000000000',
      awsRegion: 'us-east-1',
      lock: keyedLock(),
      get: (key, done) => {
        let item: unknown
        try {
          item = read(prefix + key)
        } catch (error) {
          return done(error)
        }
        done(undefined, item)
      },
      put: (key, item, done) =>
        write({ type: 'put', key: prefix + key, value: JSON.stringify(item), item }, done),
      del: (key, done) => write({ type: 'del', key: prefix + key }, done),
      createValueStream: (range = {}) => valueStream(level.values(inside(prefix, range))),
    }
  }

  const parts = new Map<string, Part>()
  const partOf = (name: string, isIndex = false): Part => {
    const found = parts.get(name) ?? part(name, isIndex)
    parts.set(name, found)
    return found
  }
  const tableDb = partOf('table')
  return {
    store: {
      options: { createTableMs: 0, maxItemSize: MAX_ITEM_BYTES },
      tableDb,
      getItemDb: (table) => partOf(`item-${table}`),
      getIndexDb: (kind, table, index) => partOf(`index-${kind.toLowerCase()}~${table}~${index}`, true),
      getTable(name, checkStatus, callback = () => {}) {
        const done = typeof checkStatus === 'function' ? checkStatus : callback
        tableDb.get(name, (error, found) => {
          if (error) return done(error)
          if (found === undefined) return done(missing(name))
          // A table is usable once it is stored. The waiter of the SDK would ask again after a second.
          done(undefined, { ...found, TableStatus: 'ACTIVE' })
        })
      },
    },
    close: async () => {
      await queue.idle()
      await level.close()
    },
  }
}

type TextLevel = Pick<ClassicLevel<string, string>, 'open' | 'close' | 'getSync' | 'values'> & {
  batch(operations: Operation[]): Promise<void>
}

const levelAt = (path: string | undefined): TextLevel =>
  path === undefined
    ? (new MemoryLevel(TEXT) as MemoryLevel<string, string> as unknown as TextLevel)
    : new ClassicLevel(path, TEXT)

/** The keys of a part, which a prefix begins and no key of it passes. */
function inside(prefix: string, { gt, gte, lt, lte, reverse = false, limit = -1 }: Range) {
  const from = gt !== undefined && gte === undefined ? { gt: prefix + gt } : { gte: prefix + (gte ?? '') }
  const to = lte === undefined ? { lt: prefix + (lt ?? '\xff') } : { lte: prefix + lte }
  return { ...from, ...to, reverse, limit }
}

interface TextIterator {
  nextv(size: number): Promise<string[]>
  close(): Promise<void>
}

/** The items of an iterator as an old-style stream, which is what dynalite's Lazy reads without a queue per item. */
function valueStream(iterator: TextIterator): Stream {
  let isOver = false
  const stream = Object.assign(new Stream(), {
    destroy: () => {
      isOver = true
    },
  })
  async function pump(): Promise<void> {
    try {
      while (!isOver) {
        const texts = await iterator.nextv(STRIDE)
        if (texts.length === 0) break
        for (const text of texts) {
          if (isOver) break
          stream.emit('data', JSON.parse(text))
        }
      }
      stream.emit('end')
    } catch (error) {
      stream.emit('error', error)
    } finally {
      await iterator.close()
    }
  }
  void pump()
  return stream
}

const missing = (table: string) =>
  Object.assign(new Error(), {
    statusCode: 400,
    body: {
      __type: 'com.amazonaws.dynamodb.v20120810#ResourceNotFoundException',
      message: `Requested resource not found: Table: ${table} not found`,
    },
  })
