import type { BackupItem, Restored } from '@chimney/core/schema/backup'
import type { ProjectKey } from '@chimney/core/schema/names'
import type { Paged } from './page.ts'

export interface BackupStore {
  /**
   * Pages of a project's stored items, in the order in which {@link BackupStore.restore} needs them. Lists of runs and sweeps are
   * eventually consistent. Items that change during the backup are read at different moments, as after a crash; `reconcile`
   * repairs that. Receipts, API keys and request counters are left out.
   */
  readBackup(project: ProjectKey, cursor?: string): Promise<Paged<BackupItem>>
  /**
   * Writes items that do not exist yet. Idempotent. Throws before the first write: `Problem('invalid', 'bad-backup')` for an
   * item that cannot be read, `Problem('conflict', 'sweep-exists')` for a sweep whose id another project has.
   */
  restore(project: ProjectKey, items: readonly BackupItem[]): Promise<Restored>
}
