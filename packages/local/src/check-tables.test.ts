import { cp, mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ClassicLevel } from 'classic-level'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { checkTables } from './check-tables.ts'
import { CloudError } from './cloud-error.ts'

let root: string
let copies = 0
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'chimney-tables-'))
  const tables = new ClassicLevel(join(root, 'whole'))
  for (let i = 0; i < 2_000; i++) await tables.put(`key ${i}`, 'x'.repeat(100))
  await tables.compactRange('key', 'l')
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

it.each([
  ['a MANIFEST that was cut', async (folder: string) => truncate(await fileOf(folder, /^MANIFEST/), 3)],
  ['an empty CURRENT', async (folder: string) => writeFile(join(folder, 'CURRENT'), '')],
  ['a table that is missing', async (folder: string) => rm(await fileOf(folder, /\.ldb$/))],
])('refuses %s with one sentence that names the folder', async (_, damage) => {
  const folder = await copied()
  await damage(folder)
  const refused = expect(checkTables(folder)).rejects
  await refused.toThrow(CloudError)
  await expect(checkTables(folder)).rejects.toThrow(`The tables in ${folder} cannot be opened`)
})
