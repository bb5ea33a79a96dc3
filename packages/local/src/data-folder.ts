import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { ClassicLevel } from 'classic-level'
import { CloudError, codeOf } from './cloud-error.ts'

export interface DataFolder {
  readonly path: string
  /** A folder inside; made when it is not there. */
  inside(name: string): Promise<string>
  /** Lets another process have it. */
  release(): Promise<void>
}

const OWNER_ONLY_FOLDER = 0o700
const OWNER_ONLY_FILE = 0o600

/**
 * Takes a folder for this process alone. The lock is LevelDB's: the operating system drops it when the process dies, so
 * that nothing stale is left behind, not even by `kill -9`. Throws {@link CloudError}.
 */
export const takeFolder = async (given: string): Promise<DataFolder> => {
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
    throw new CloudError(
      `The data folder ${path} cannot be written (${code}); make it writable, or set CHIMNEY_DATA to another folder.`,
    )
  }
  return {
    path,
    inside: async (name) => {
      const folder = join(path, name)
      await mkdir(folder, { recursive: true, mode: OWNER_ONLY_FOLDER })
      return folder
    },
    release: () => lock.close(),
  }
}

/** A new API key: 40 lower-case hex characters. */
export const newKey = (): string => randomBytes(20).toString('hex')

/** The API key that is kept in the folder, made when there is none; only the owner may read the file. */
export const keptKey = async (folder: DataFolder): Promise<string> => {
  const file = join(folder.path, 'key')
  const read = async () => {
    const key = (await readFile(file, 'utf8')).trim()
    if (!/^[0-9a-f]{40}$/.test(key))
      throw new CloudError(
        `The file ${file} holds no API key (40 lower-case hex characters); mend or delete it.`,
      )
    return key
  }
  try {
    return await read()
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error
    const key = newKey()
    await writeFile(file, `${key}\n`, { mode: OWNER_ONLY_FILE, flag: 'wx' })
    return key
  }
}
