import { constants } from 'node:fs'
import { copyFile, mkdir, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { CloudError, codeOf, reasonOf } from '../cloud-error.ts'

export interface BackupOptions {
  /** The data folder of the running service. */
  readonly data: string
  readonly copyTables: (folder: string) => Promise<number>
}

export interface Backup {
  readonly folder: string
  /** Items of the tables. */
  readonly items: number
  readonly files: number
}

/**
 * Copies the data of a running service to a new folder, which is a data folder itself. First the tables of one moment, then files: the
 * tables name no file that is written later. The folder appears when it is complete. Throws {@link CloudError}.
 */
export async function backUp({ data, copyTables }: BackupOptions, to: string): Promise<Backup> {
  const folder = resolve(to)
  if (!relative(data, folder).startsWith('..'))
    throw new CloudError(`The folder ${folder} is in the data folder ${data}; choose another place.`)
  const partial = `${folder}.partial`
  try {
    await refuseExisting(folder)
    await rm(partial, { recursive: true, force: true }) // of a backup that was interrupted
    await mkdir(join(partial, 'dynamodb'), { recursive: true, mode: 0o700 })
    const items = await copyTables(join(partial, 'dynamodb'))
    await copyFile(join(data, 'key'), join(partial, 'key')).catch(ignoreMissing)
    const files = await copyFiles(join(data, 'files'), join(partial, 'files'))
    await rename(partial, folder)
    return { folder, items, files }
  } catch (error) {
    await rm(partial, { recursive: true, force: true }).catch(() => {})
    if (error instanceof CloudError) throw error
    throw new CloudError(`The backup ${folder} cannot be written (${reasonOf(error)}).`)
  }
}

/** An empty folder is replaced. */
async function refuseExisting(folder: string): Promise<void> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return []
    throw error
  })
  if (names.length > 0)
    throw new CloudError(`The folder ${folder} is not empty; name a new one for each backup.`)
}

/** Files are never changed, only replaced and deleted. Drafts are uploads that go on. */
async function copyFiles(from: string, to: string): Promise<number> {
  let files = 0
  for (const entry of await readdir(from, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || entry.name.endsWith('.draft')) continue
    const path = join(entry.parentPath, entry.name)
    const target = join(to, relative(from, path))
    await mkdir(dirname(target), { recursive: true, mode: 0o700 })
    // A clone where the file system has them: no bytes are copied.
    const isCopied = await copyFile(path, target, constants.COPYFILE_FICLONE).then(() => true, ignoreMissing)
    if (isCopied) files++
  }
  return files
}

const ignoreMissing = (error: unknown): void => {
  if (codeOf(error) !== 'ENOENT') throw error
}
