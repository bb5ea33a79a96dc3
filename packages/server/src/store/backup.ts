import type { BackupItem, Restored } from '@chimney/core/schema/backup'
import type { ProjectKey } from '@chimney/core/schema/names'
import type { Paged } from './page.ts'

export interface BackupStore {
  /**
   * The stored items of a project, some at a time, in the order in which they are to be put back; the runs' and the sweeps' lists
   * are eventually consistent. What changes meanwhile is told as it was at some moment, and looks afterwards as after a crash:
   * a repair mends it. Receipts, keys and counters of requests are not in it.
   */
  readBackup(project: ProjectKey, cursor?: string): Promise<Paged<BackupItem>>
  /**
   * Puts items back that are not there. Throws `Problem('invalid', 'bad-backup')` for one that no reader would understand and
   * `Problem('conflict', 'sweep-exists')` for a sweep whose id another project has, before anything is written. Repeating
   * it is harmless.
   */
  restore(project: ProjectKey, items: readonly BackupItem[]): Promise<Restored>
}
