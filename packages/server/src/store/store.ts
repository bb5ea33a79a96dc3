import type { AgentStore } from './agents.ts'
import type { ApiKeyStore } from './api-keys.ts'
import type { BackupStore } from './backup.ts'
import type { DocumentStore } from './documents.ts'
import type { EntityStore } from './entities.ts'
import type { HistoryStore } from './history.ts'
import type { ProjectStore } from './projects.ts'
import type { ReceiptStore } from './receipts.ts'
import type { RepairStore } from './repairs.ts'
import type { RunStore } from './runs.ts'
import type { SearchStore } from './search.ts'
import type { SweepStore } from './sweeps.ts'
import type { TrialStore } from './trials.ts'

/** Format versions of the table before and after a migration. `to` < `from`: the table is newer than this code, and stays as it is. */
export interface Migrated {
  readonly from: number
  readonly to: number
}

/**
 * All persistent state. Reads are strongly consistent unless a method says otherwise. A lost race is a return value, never an
 * exception; a write that succeeded but whose response was lost counts as won. Throttling and outages throw
 * `Problem('retryable')`, a value too large for an item `Problem('too-large')`. Every read treats a sweep or run of which one half
 * is missing (a create or deletion that died half-way) as absent. A page may hold fewer items than its limit.
 */
export interface Store
  extends AgentStore,
    ApiKeyStore,
    BackupStore,
    DocumentStore,
    EntityStore,
    HistoryStore,
    ProjectStore,
    ReceiptStore,
    RepairStore,
    RunStore,
    SearchStore,
    SweepStore,
    TrialStore {
  /** Migrates the table to this version's format; see `migrate.ts`. Idempotent, also when run concurrently. */
  migrate(): Promise<Migrated>
  /** Records the format in a table that has none, so that other versions can refuse it. Only an operator's own machine needs it. */
  recordFormat(): Promise<void>
}
