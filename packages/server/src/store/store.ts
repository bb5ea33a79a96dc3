import type { AgentStore } from './agents.ts'
import type { ApiKeyStore } from './api-keys.ts'
import type { BackupStore } from './backup.ts'
import type { DocumentStore } from './documents.ts'
import type { HistoryStore } from './history.ts'
import type { ProjectStore } from './projects.ts'
import type { ReceiptStore } from './receipts.ts'
import type { RunStore } from './runs.ts'
import type { SearchStore } from './search.ts'
import type { SweepStore } from './sweeps.ts'
import type { TrialStore } from './trials.ts'

/** The version of the stored form before and after a migration. `to` is below `from` when the table is newer than this version; then nothing is done. */
export interface Migrated {
  readonly from: number
  readonly to: number
}

/**
 * Everything that outlives a request. Reads are strongly consistent unless a method says otherwise. Losing a race is a
 * value, never an exception; a write that was carried out and whose answer got lost has won. Throttling and outages surface
 * as `Problem('retryable')`, what no item can hold as `Problem('too-large')`. A sweep or run of which one half is missing
 * (a create or a deletion that died) is not there, for every read. A page may hold fewer items than its limit.
 */
export interface Store
  extends AgentStore,
    ApiKeyStore,
    BackupStore,
    DocumentStore,
    HistoryStore,
    ProjectStore,
    ReceiptStore,
    RunStore,
    SearchStore,
    SweepStore,
    TrialStore {
  /** Brings what is stored to the form that this version wants; see `migrate.ts`. Harmless to repeat, and to do twice at once. */
  migrate(): Promise<Migrated>
}
