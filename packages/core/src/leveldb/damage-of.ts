import { Damage } from './bytes.ts'
import { logParts } from './log-file.ts'
import { logOfManifest } from './manifest.ts'
import { checkTable } from './table-file.ts'

const TABLE = /^\d+\.(?:ldb|sst)$/
const LOG = /^\d+\.log$/
const MANIFEST = /^MANIFEST-\d+$/

/** Whether a file of a LevelDB folder has checksums. */
export const hasChecksums = (name: string): boolean =>
  TABLE.test(name) || LOG.test(name) || MANIFEST.test(name)

/**
 * What is wrong with a file of a LevelDB folder, in a few words; undefined when it is whole. LevelDB itself does not check all. `names`:
 * of all files of the folder.
 */
export function damageOf(name: string, file: Uint8Array, names: readonly string[]): string | undefined {
  try {
    if (TABLE.test(name)) checkTable(file)
    else if (LOG.test(name)) for (const _ of logParts(file));
    else if (MANIFEST.test(name)) {
      const log = logOfManifest(file)
      if (log !== undefined && !names.includes(log)) return `its log ${log} is missing`
    }
    return undefined
  } catch (error) {
    // A wrong length leads to positions outside of the file.
    if (error instanceof Damage) return error.message
    if (error instanceof RangeError) return 'it has an impossible length'
    throw error
  }
}
