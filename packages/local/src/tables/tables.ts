import { Stream } from 'node:stream'
import type { Part, Range, Store } from 'dynalite'
import dynaliteDb from 'dynalite/db/index.js'
import { copyTables } from './copy-tables.ts'
import { guardTables, tablesFault } from './guard-tables.ts'
import { itemCache } from './item-cache.ts'
import { keyedLock } from './keyed-lock.ts'
import { type Bounds, knownRanges, SMALL } from './known-ranges.ts'
import { type Operation, writeQueue } from './write-queue.ts'

export interface Tables {
  /** What the actions of dynalite read and write. */
  readonly store: Store
  /** Writes all that is acknowledged now to the tables of a new folder; writes go on meanwhile. Returns the number of items. */
  copyTo(folder: string): Promise<number>
  /** Completes pending writes, then closes the folder. */
  close(): Promise<void>
}

const TEXT = { valueEncoding: 'utf8' } as const
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
export async function openTables(path?: string, log: (line: string) => void = () => {}): Promise<Tables> {
  const { db } = dynaliteDb.create(path === undefined ? {} : { path })
  await db.open()
  if (path !== undefined) guardTables(db, { folder: path, log })
  const cache = itemCache(CACHE_BYTES)
  const ranges = knownRanges()
  const queue = writeQueue((operations, done) => db.batch(operations, done), cache, ranges)

  const faultOf = (error: unknown) => (path === undefined ? error : tablesFault(error, path))
  const readNow = (key: string): unknown => {
    const cached = cache.get(key)
    if (cached !== undefined) return cached
    const text = db.getSync(key, TEXT)
    if (text === undefined) return undefined
    const item: unknown = JSON.parse(text)
    cache.set(key, item, text.length)
    return item
  }
  const read = (key: string, done: (error?: unknown, item?: unknown) => void) => {
    let item: unknown
    try {
      item = readNow(key)
    } catch (error) {
      if (error instanceof SyntaxError) return done(faultOf(error))
      return db.get(key, done) // of a database that is not open, or damaged
    }
    done(undefined, item)
  }

  /** The items of a range whose keys are known. */
  function known(range: Bounds): readonly unknown[] | undefined {
    const keys = ranges.keysOf(range)
    if (!keys) return undefined
    try {
      const items = keys.map(readNow)
      return items.includes(undefined) ? undefined : items
    } catch {
      return undefined // the scan answers why
    }
  }

  async function scan(range: Bounds, emit: Emit): Promise<void> {
    const learn = ranges.scan(range)
    const keys: string[] = []
    const iterator = db.iterator({ ...range, ...TEXT })
    try {
      for (;;) {
        const entries = await iterator.nextv(STRIDE, {})
        if (entries.length === 0) return learn(keys)
        for (const [key, text] of entries) {
          if (keys.length <= SMALL) keys.push(key)
          if (!emit(JSON.parse(text))) return
        }
      }
    } finally {
      void iterator.close()
    }
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
      get: (key, done) => read(prefix + key, done),
      put: (key, item, done) =>
        write({ type: 'put', key: prefix + key, value: JSON.stringify(item), item, ...TEXT }, done),
      del: (key, done) => write({ type: 'del', key: prefix + key }, done),
      createValueStream: (given = {}) => {
        const range = inside(prefix, given)
        return valueStream(async (emit) => {
          const items = known(range)
          if (items) items.every(emit)
          else await scan(range, emit)
        }, faultOf)
      },
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
    copyTo: (folder) => copyTables(db, folder),
    close: async () => {
      await queue.idle()
      await new Promise<void>((resolve, reject) => db.close((error) => (error ? reject(error) : resolve())))
    },
  }
}

/** The keys of a part, which a prefix begins and no key of it passes. */
function inside(prefix: string, { gt, gte, lt, lte, reverse = false, limit = -1 }: Range): Bounds {
  const from = gt !== undefined && gte === undefined ? { gt: prefix + gt } : { gte: prefix + (gte ?? '') }
  const to = lte === undefined ? { lt: prefix + (lt ?? '\xff') } : { lte: prefix + lte }
  return { ...from, ...to, reverse, limit }
}

/** Passes an item on; false when no more are wanted. */
type Emit = (item: unknown) => boolean

/** Items as an old-style stream, which is what dynalite's Lazy reads without a queue per item. */
function valueStream(read: (emit: Emit) => Promise<void>, faultOf: (error: unknown) => unknown): Stream {
  let isOver = false
  const stream = Object.assign(new Stream(), {
    destroy: () => {
      isOver = true
    },
  })
  const emit: Emit = (item) => {
    if (!isOver) stream.emit('data', item)
    return !isOver
  }
  async function pump(): Promise<void> {
    await Promise.resolve() // until the caller listens
    try {
      await read(emit)
      stream.emit('end')
    } catch (error) {
      stream.emit('error', faultOf(error))
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
