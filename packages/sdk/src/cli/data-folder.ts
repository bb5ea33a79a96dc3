import { readdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { damageOf, hasChecksums } from '@chimney/core/leveldb/damage-of'
import { UsageError } from './shell.ts'

export interface DataFile {
  readonly name: string
  /** Absent when the file is whole. */
  readonly damage?: string
}

/** The tables of a data folder and what is wrong with their files. The service may be running. */
export async function readDataFolder(
  given: string,
): Promise<{ readonly tables: string; readonly files: readonly DataFile[] }> {
  const tables = join(resolve(given), 'dynamodb')
  const names = await readdir(tables).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(
      `${given} is no data folder: ${tables} cannot be read (${error.code}); name the folder of CHIMNEY_DATA`,
    )
  })
  const files: DataFile[] = []
  const withChecksums = names.filter(hasChecksums).sort()
  for (const name of withChecksums) {
    // A running service removes files that it has merged.
    const file = await readFile(join(tables, name)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined
      throw error
    })
    if (file === undefined) continue
    const damage = damageOf(name, file, names)
    files.push({ name, ...(damage !== undefined && { damage }) })
  }
  if (withChecksums.length > 0 && !names.includes('CURRENT'))
    files.push({ name: 'CURRENT', damage: 'it is missing: the copy is not complete' })
  return { tables, files }
}
