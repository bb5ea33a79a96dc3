import { type Stats, statSync } from 'node:fs'
import { readdir, rm, stat, statfs, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import type { CallbackLevel } from 'dynalite/db/index.js'
import { folderFault } from '../folder/folder-fault.ts'

type Done = Parameters<CallbackLevel['put']>[2]

export interface GuardOptions {
  /** Of the LevelDB, in the data folder. */
  readonly folder: string
  readonly log: (line: string) => void
  /** Monotonic, in milliseconds. */
  readonly now?: () => number
}

/** Between two attempts to write again. */
const RETRY_MS = 1_000
/** Beyond the size of the logs, which an open writes to new tables. */
const ROOM_BYTES = 1_048_576
/** No table has a key of this form. */
const PROBE = 'probe~'

/** An error that dynalite answers, while it throws others from a callback and so ends the process. */
class TablesError extends Error {
  readonly body: { readonly __type: string; readonly message: string }
  /** After 400 the AWS client does not repeat the request. */
  readonly statusCode: number
  constructor(
    type: 'DataFolderNotWritable' | 'TablesDamaged' | 'InternalServerError',
    message: string,
    statusCode = 400,
  ) {
    super(message)
    this.statusCode = statusCode
    this.body = { __type: `chimney#${type}`, message }
  }
}

const DAMAGE: ReadonlySet<unknown> = new Set(['LEVEL_CORRUPTION', 'LEVEL_DECODE_ERROR', 'LEVEL_IO_ERROR'])

/** A failed read of the tables in a folder as an error with a way out. A text that is not JSON was damaged. */
export function tablesFault(error: unknown, folder: string): unknown {
  if (!(error instanceof Error) || error.name === 'NotFoundError' || error instanceof TablesError)
    return error
  const { code } = error as { readonly code?: string }
  if (DAMAGE.has(code) || error instanceof SyntaxError)
    return new TablesError(
      'TablesDamaged',
      `the tables in ${folder} cannot be read (${error.message}); stop the service and run: chimney doctor --data ${dirname(folder)}`,
    )
  return new TablesError(
    'InternalServerError',
    `the tables in ${folder} are not open (${error.message})`,
    500,
  )
}

/**
 * Makes failures of a LevelDB errors of the requests that met them. After a failed write nothing is written until the folder has
 * room again: LevelDB would append to a log that ends in half a record. Reads go on. A write at most once a second tries whether the
 * folder can be written, and if so the logs are replaced and all writes go on.
 */
export function guardTables(
  db: CallbackLevel,
  { folder, log, now = () => performance.now() }: GuardOptions,
): void {
  const data = dirname(folder)
  const idOf = (): Stats | undefined => statSync(join(folder, 'CURRENT'), { throwIfNoEntry: false })
  let home: Stats | undefined
  let fault: string | undefined
  let triedAt = 0
  let recovering: Promise<boolean> | undefined
  let reopening: Promise<void> | undefined
  const raw = {
    put: db.put.bind(db),
    get: db.get.bind(db),
    del: db.del.bind(db),
    batch: db.batch.bind(db),
    createKeyStream: db.createKeyStream.bind(db),
    createValueStream: db.createValueStream.bind(db),
  }

  const unwritable = () =>
    new TablesError(
      'DataFolderNotWritable',
      `the data folder ${data} cannot be written: ${fault}; reads work, and writes work again without a restart once that is repaired`,
    )
  const failed = (cause: string): TablesError => {
    if (fault === undefined)
      log(
        `The data folder ${data} cannot be written: ${cause}. Writes are answered with 503 until it can be.`,
      )
    fault = cause
    triedAt = now()
    return unwritable()
  }
  const readFault = (error: unknown): unknown => tablesFault(error, folder)

  /** Files that were unlinked take writes without an error. */
  const isHome = (): boolean => {
    const found = idOf()
    home ??= found
    return found !== undefined && found.ino === home?.ino && found.dev === home.dev
  }

  const write = (done: Done, run: (done: Done) => unknown): void => {
    const attempt = () =>
      run((error, value) => {
        // A write that succeeded after another had failed may be unreadable in the log.
        if (error === null || error === undefined)
          fault === undefined ? done(null, value) : done(unwritable())
        else done(failed(folderFault(error)))
      })
    if (fault === undefined) {
      if (isHome()) attempt()
      else setImmediate(done, failed('it was removed or renamed'))
    } else if (recovering === undefined && now() - triedAt < RETRY_MS) setImmediate(done, unwritable())
    else
      void recover().then((isWritable) => {
        if (isWritable) attempt()
        else done(unwritable())
      })
  }

  const recover = (): Promise<boolean> => {
    recovering ??= tryToWrite()
      .catch((error: unknown) => {
        fault = folderFault(error)
        return false
      })
      .finally(() => {
        triedAt = now()
        recovering = undefined
      })
    return recovering
  }

  const tryToWrite = async (): Promise<boolean> => {
    if (!isHome()) return false
    await checkRoom(folder)
    // Writes what is in memory to a table and begins a new log, unless an earlier attempt of LevelDB has failed.
    if (db.status === 'open') await db.compactRange(PROBE, PROBE)
    await writeProbe().catch(async () => {
      reopening = (db.status === 'open' ? db.close._original() : Promise.resolve()).then(() => db.open())
      await reopening.finally(() => {
        reopening = undefined
        home = undefined // an open replaces CURRENT
      })
      await writeProbe()
    })
    fault = undefined
    log(`The data folder ${data} can be written again.`)
    return true
  }
  const writeProbe = () =>
    new Promise<void>((resolve, reject) => {
      raw.put(PROBE, 1, (error) => (error ? reject(error) : resolve()))
    })

  const whenOpen = (run: () => unknown): void => {
    if (reopening === undefined) run()
    else void reopening.then(run, run)
  }
  const stream = (make: () => Readable): Readable => {
    try {
      const made = make()
      const destroy = made.destroy.bind(made)
      made.destroy = (error) => destroy(error && (readFault(error) as Error))
      return made
    } catch (error) {
      return new Readable({ objectMode: true, read: () => undefined }).destroy(readFault(error) as Error)
    }
  }

  // LevelDB repeats what was called while it opened, by the same methods without a callback.
  const own = (done: unknown): done is Done => typeof done === 'function'
  db.put = (key, value, done) =>
    own(done) ? write(done, (then) => raw.put(key, value, then)) : raw.put(key, value, done)
  db.del = (key, done) => (own(done) ? write(done, (then) => raw.del(key, then)) : raw.del(key, done))
  db.batch = (operations, done) =>
    own(done) ? write(done, (then) => raw.batch(operations, then)) : raw.batch(operations, done)
  db.get = (key, done) => {
    if (!own(done)) return raw.get(key, done)
    const answer: Done = (error, value) => (error ? done(readFault(error)) : done(null, value))
    whenOpen(() => raw.get(key, answer))
  }
  db.createKeyStream = (options) => stream(() => raw.createKeyStream(options))
  db.createValueStream = (options) => stream(() => raw.createValueStream(options))
}

/** Throws when the folder has no room for its logs as tables. */
async function checkRoom(folder: string): Promise<void> {
  const logs = (await readdir(folder)).filter((name) => name.endsWith('.log'))
  const sizes = await Promise.all(logs.map(async (name) => (await stat(join(folder, name))).size))
  const needed = sizes.reduce((sum, size) => sum + size, ROOM_BYTES)
  const { bavail, bsize } = await statfs(folder)
  if (bavail * bsize < needed)
    throw new Error(`No space left on device; ${Math.ceil(needed / 2 ** 20)} MB are needed`)
  // Free blocks say nothing about quotas and read-only file systems.
  const probe = join(folder, 'room.probe')
  try {
    await writeFile(probe, Buffer.alloc(needed))
  } finally {
    await rm(probe, { force: true })
  }
}
