import { Damage } from './bytes.ts'
import { checkLog } from './log-file.ts'
import { checkTable } from './table-file.ts'

const TABLE = /^\d+\.(?:ldb|sst)$/
const LOG = /^(?:\d+\.log|MANIFEST-\d+)$/

/** Whether a file of a LevelDB folder has checksums. */
export const hasChecksums = (name: string): boolean => TABLE.test(name) || LOG.test(name)

/** What is wrong with a file of a LevelDB folder, in a few words; undefined when it is whole. LevelDB itself does not check all. */
export function damageOf(name: string, file: Uint8Array): string | undefined {
  try {
    if (TABLE.test(name)) checkTable(file)
    else if (LOG.test(name)) checkLog(file)
    return undefined
  } catch (error) {
    // A wrong length leads to positions outside of the file.
    if (error instanceof Damage) return error.message
    if (error instanceof RangeError) return 'it has an impossible length'
    throw error
  }
}
