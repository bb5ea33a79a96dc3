import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { ClassicLevel } from 'classic-level'
import { CloudError, codeOf, reasonOf } from './cloud-error.ts'

/** Files of LevelDB without which its other files are not read, and by which they are known. */
const POINTER = 'CURRENT'
const CONTENT = /^(?:MANIFEST-\d+|\d+\.(?:ldb|sst|log))$/

/**
 * Opens the tables of the embedded DynamoDB once, so that damage ends the start with a sentence. A folder without its pointer would be
 * opened as a new one, and LevelDB deletes the files that it does not know. Throws {@link CloudError}.
 */
export async function checkTables(folder: string): Promise<void> {
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

const newest = (names: readonly string[]): string =>
  names
    .filter((name) => CONTENT.test(name))
    .sort()
    .at(-1) ?? POINTER
