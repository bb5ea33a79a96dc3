import { mkdtemp, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import dynaliteDb, { type CallbackLevel } from 'dynalite/db/index.js'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { guardTables } from './guard-tables.ts'

const FULL = 'IO error: 000003.log: No space left on device'

let root: string
let folder: string
let db: CallbackLevel
let lines: string[]
let now: number
/** Of the next writes; undefined: they succeed. */
let failure: string | undefined
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'chimney-guard-'))
  folder = join(root, 'dynamodb')
  db = dynaliteDb.create({ path: folder }).db
  await db.open()
  lines = []
  now = 0
  failure = undefined
  const put = db.put.bind(db)
  db.put = (key, value, done) => {
    if (failure === undefined) return put(key, value, done)
    done(Object.assign(new Error(failure), { code: 'LEVEL_IO_ERROR' }))
  }
  guardTables(db, { folder, log: (line) => lines.push(line), now: () => now })
})
afterEach(async () => {
  await db.close._original()
  await rm(root, { recursive: true, force: true })
})

interface Answer {
  readonly statusCode?: number
  readonly body?: { readonly __type: string; readonly message: string }
}
const put = (key: string, value: unknown) =>
  new Promise<Answer>((resolve) => db.put(key, value, (error) => resolve((error as Answer) ?? {})))
const get = (key: string) =>
  new Promise<unknown>((resolve, reject) =>
    db.get(key, (error, value) => (error ? reject(error) : resolve(value))),
  )

it('answers a failed write, keeps reading, and writes again when it can', async () => {
  expect(await put('a', 1)).toEqual({})
  failure = FULL
  const refused = await put('b', 2)
  expect(refused).toMatchObject({ statusCode: 400, body: { __type: 'chimney#DataFolderNotWritable' } })
  expect(refused.body?.message).toBe(
    `the data folder ${root} cannot be written: its disk is full (${FULL}); reads work, and writes work again without a restart once that is repaired`,
  )
  expect(await get('a')).toBe(1)

  failure = undefined
  now += 999
  expect((await put('c', 3)).statusCode).toBe(400) // tried again after a second
  now += 1
  expect(await put('c', 3)).toEqual({})
  expect([await get('a'), await get('b'), await get('c')]).toEqual([1, undefined, 3])
  expect(lines).toEqual([
    `The data folder ${root} cannot be written: its disk is full (${FULL}). Writes are answered with 503 until it can be.`,
    `The data folder ${root} can be written again.`,
  ])
})

it('opens the tables again when LevelDB does not recover', async () => {
  expect(await put('a', 1)).toEqual({})
  failure = FULL
  await put('b', 2)
  const open = db.open.bind(db)
  db.open = () => {
    failure = undefined
    return open()
  }
  now += 1_000
  const [written, read] = await Promise.all([put('c', 3), get('a')])
  expect([written, read, await get('c')]).toEqual([{}, 1, 3])
})

it('writes nothing to a folder that is gone, and goes on when it is back', async () => {
  expect(await put('a', 1)).toEqual({})
  await rename(root, `${root}-elsewhere`)
  expect((await put('b', 2)).body?.message).toContain('it was removed or renamed')
  now += 1_000
  expect((await put('b', 2)).statusCode).toBe(400)
  expect(await get('a')).toBe(1)
  await rename(`${root}-elsewhere`, root)
  now += 1_000
  expect(await put('b', 2)).toEqual({})
})

it('answers a read of tables that are closed', async () => {
  await db.close._original()
  const stream = db.createValueStream({ gte: 'a' })
  const failed = new Promise<Answer>((resolve) => stream.on('error', resolve as (error: Error) => void))
  expect(await failed).toMatchObject({ statusCode: 500, body: { __type: 'chimney#InternalServerError' } })
  await expect(get('a')).rejects.toMatchObject({ statusCode: 500 })
})
