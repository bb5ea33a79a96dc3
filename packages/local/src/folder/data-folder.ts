import { randomBytes } from 'node:crypto'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { ClassicLevel } from 'classic-level'
import { CloudError, codeOf, reasonOf } from '../cloud-error.ts'
import { folderFault } from './folder-fault.ts'

export interface DataFolder {
  readonly path: string
  /** Returns a subfolder, created when missing. */
  inside(name: string): Promise<string>
  /** Unlocks it for other processes. */
  release(): Promise<void>
}

const OWNER_ONLY_FOLDER = 0o700
const OWNER_ONLY_FILE = 0o600

/**
 * Locks a folder for this process. The lock is LevelDB's: the operating system releases it when the process dies, even after
 * `kill -9`. Throws {@link CloudError}.
 */
export const lockDataFolder = async (given: string): Promise<DataFolder> => {
  const path = resolve(given)
  const lock = new ClassicLevel(join(path, 'lock'))
  try {
    await mkdir(path, { recursive: true, mode: OWNER_ONLY_FOLDER })
    await lock.open()
  } catch (error) {
    const code = codeOf(error)
    if (code === 'LEVEL_LOCKED')
      throw new CloudError(
        `The data folder ${path} is in use by another process; stop it, or set CHIMNEY_DATA to another folder.`,
      )
    if (/corruption/i.test(reasonOf(error)))
      throw new CloudError(
        `The lock ${join(path, 'lock')} is damaged (${reasonOf(error)}); delete it, it holds no data.`,
      )
    throw unwritable(path, error)
  }
  return {
    path,
    inside: async (name) => {
      const folder = join(path, name)
      try {
        await mkdir(folder, { recursive: true, mode: OWNER_ONLY_FOLDER })
      } catch (error) {
        throw unwritable(folder, error)
      }
      return folder
    },
    release: () => lock.close(),
  }
}

const unwritable = (path: string, error: unknown): CloudError =>
  new CloudError(
    `The data folder ${path} cannot be written: ${folderFault(error)}. Repair that, or set CHIMNEY_DATA to another folder.`,
  )

/** A random API key: 40 lower-case hex characters. */
export const createKey = (): string => randomBytes(20).toString('hex')

/** The API key in the folder, created when missing. Only the owner of the file may read it. */
export const readOrCreateKey = async (folder: DataFolder): Promise<string> => {
  const file = join(folder.path, 'key')
  const read = async () => {
    const key = (await readFile(file, 'utf8')).trim()
    if (!/^[0-9a-f]{40}$/.test(key))
      throw new CloudError(
        `The file ${file} holds no API key (40 lower-case hex characters); fix or delete it.`,
      )
    return key
  }
  try {
    return await read()
  } catch (error) {
    if (error instanceof CloudError) throw error
    if (codeOf(error) !== 'ENOENT')
      throw new CloudError(`The key file ${file} cannot be read (${codeOf(error)}); make it readable.`)
    const key = createKey()
    try {
      await writeFile(file, `${key}\n`, { mode: OWNER_ONLY_FILE, flag: 'wx' })
    } catch (failure) {
      // An empty file would be refused as a wrong key from then on.
      await rm(file, { force: true }).catch(() => {})
      throw unwritable(folder.path, failure)
    }
    return key
  }
}
