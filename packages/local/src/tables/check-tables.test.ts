import { cp, mkdtemp, open, readdir, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ClassicLevel } from 'classic-level'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { CloudError } from '../cloud-error.ts'
import { checkTables } from './check-tables.ts'

let root: string
let copies = 0
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'chimney-tables-'))
  const tables = new ClassicLevel(join(root, 'whole'))
  for (let i = 0; i < 2_000; i++) await tables.put(`key ${i}`, 'x'.repeat(100))
  await tables.compactRange('key', 'l')
  for (let i = 0; i < 500; i++) await tables.put(`later ${i}`, 'y'.repeat(100))
  await tables.close()
})
afterAll(() => rm(root, { recursive: true, force: true }))

async function copied(): Promise<string> {
  const folder = join(root, `copy-${++copies}`)
  await cp(join(root, 'whole'), folder, { recursive: true })
  return folder
}
const fileOf = async (folder: string, pattern: RegExp) =>
  join(folder, (await readdir(folder)).find((name) => pattern.test(name))!)

it('opens whole tables and an empty folder', async () => {
  await checkTables(await copied())
  const empty = await mkdtemp(join(root, 'empty-'))
  await checkTables(empty)
})

it('refuses tables without CURRENT, and leaves every file in place', async () => {
  const folder = await copied()
  await rm(join(folder, 'CURRENT'))
  const before = await readdir(folder)
  expect(before.some((name) => name.endsWith('.ldb'))).toBe(true)
  await expect(checkTables(folder)).rejects.toThrow(/have no file CURRENT.*Nothing was changed/)
  expect(await readdir(folder)).toEqual(before)
})

/** Flips a byte of the file whose name matches, at a share of its length. */
async function flip(folder: string, pattern: RegExp, share: number): Promise<void> {
  const file = await open(await fileOf(folder, pattern), 'r+')
  const at = Math.floor((await file.stat()).size * share)
  const byte = Buffer.alloc(1)
  await file.read(byte, 0, 1, at)
  await file.write(Buffer.of(byte[0]! ^ 0x40), 0, 1, at)
  await file.close()
}

it.each([
  ['table', /\.ldb$/, 0.01],
  ['table', /\.ldb$/, 0.5],
  ['table', /\.ldb$/, 0.99],
  ['log', /\.log$/, 0.1],
  ['log', /\.log$/, 0.5],
])('refuses a %s with a flipped bit, and opens the rest when asked to', async (_, pattern, share) => {
  const folder = await copied()
  await flip(folder, pattern, share)
  await expect(checkTables(folder)).rejects.toThrow(
    new RegExp(`^The tables in ${folder} are damaged: \\d+\\.\\w+: .*chimney doctor --data ${root}, `),
  )
  await checkTables(folder, 'open')
})

it.each([
  ['a MANIFEST that was cut', async (folder: string) => truncate(await fileOf(folder, /^MANIFEST/), 3)],
  ['an empty CURRENT', async (folder: string) => writeFile(join(folder, 'CURRENT'), '')],
  ['a table that is missing', async (folder: string) => rm(await fileOf(folder, /\.ldb$/))],
])('refuses %s with one sentence that names the folder', async (_, damage) => {
  const folder = await copied()
  await damage(folder)
  const refused = expect(checkTables(folder)).rejects
  await refused.toThrow(CloudError)
  await expect(checkTables(folder)).rejects.toThrow(`The tables in ${folder} `)
})
