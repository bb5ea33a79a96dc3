import { readdir, readFile, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { damageOf, hasChecksums } from '@chimney/core/leveldb/damage-of'
import { ClassicLevel } from 'classic-level'
import { CloudError, codeOf, reasonOf } from '../cloud-error.ts'

/** Files of LevelDB without which its other files are not read, and by which they are known. */
const POINTER = 'CURRENT'
const CONTENT = /^(?:MANIFEST-\d+|\d+\.(?:ldb|sst|log))$/

/** Of tables whose checksums a start verifies, about 0.2 s; `chimney doctor --data` has no limit. */
const MAX_BYTES = 32 * 2 ** 20

/**
 * Verifies the checksums of the tables, which LevelDB does not do when it reads, and
 * opens the tables of the embedded DynamoDB once, so that damage ends the start with a sentence. A folder without its pointer would be
 * opened as a new one, and LevelDB deletes the files that it does not know. Throws {@link CloudError}.
 */
export async function checkTables(folder: string, damaged: 'refuse' | 'open' = 'refuse'): Promise<void> {
  const restore = 'Restore the whole folder from a copy, or set CHIMNEY_DATA to another one.'
  let names: string[]
  try {
    names = await readdir(folder)
  } catch (error) {
    throw new CloudError(
      `The tables in ${folder} cannot be read (${codeOf(error)}); make the folder readable.`,
    )
  }
  if (names.some((name) => CONTENT.test(name)) && !names.includes(POINTER))
    throw new CloudError(
      `The tables in ${folder} have no file ${POINTER}: the copy is not complete. Nothing was changed. ${restore}`,
    )
  if (damaged === 'refuse')
    for await (const { file, damage } of damagedFiles(folder, names))
      throw new CloudError(
        `The tables in ${folder} are damaged: ${file}: ${damage}. Nothing was changed. ${restore} Without a copy, list the damage with: chimney doctor --data ${dirname(folder)}, and start with CHIMNEY_DAMAGED_TABLES=open to export what can be read.`,
      )
  const tables = new ClassicLevel(folder, { createIfMissing: names.length === 0 })
  try {
    await tables.open()
    await tables.close()
  } catch (error) {
    throw new CloudError(
      `The tables in ${folder} cannot be opened (${reasonOf(error)}); a file such as ${join(folder, newest(names))} is damaged or missing. ${restore}`,
    )
  }
}

/** Logs and manifests first: an open replaces them, and would drop what follows a damaged record. */
async function* damagedFiles(folder: string, names: readonly string[]) {
  const sizes = await Promise.all(
    names.filter(hasChecksums).map(async (name) => ({ name, size: (await stat(join(folder, name))).size })),
  )
  const isTable = (name: string) => Number(/\.(?:ldb|sst)$/.test(name))
  let bytes = 0
  for (const { name, size } of sizes.sort((a, b) => isTable(a.name) - isTable(b.name))) {
    bytes += size
    if (isTable(name) && bytes > MAX_BYTES) return
    const damage = damageOf(name, await readFile(join(folder, name)), names)
    if (damage !== undefined) yield { file: name, damage }
  }
}

const newest = (names: readonly string[]): string =>
  names
    .filter((name) => CONTENT.test(name))
    .sort()
    .at(-1) ?? POINTER
