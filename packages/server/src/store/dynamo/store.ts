import { loadOnce } from '../../load-once.ts'
import type { BackupStore } from '../backup.ts'
import type { Store } from '../store.ts'
import { dynamoAgents } from './agents.ts'
import { dynamoKeys } from './api-keys.ts'
import { dynamoDocuments } from './documents.ts'
import { dynamoEntities } from './entities.ts'
import { dynamoHistory } from './history.ts'
import { type DynamoIo, type DynamoStoreOptions, dynamoIo } from './io.ts'
import { migrate, recordFormat } from './migrate.ts'
import { dynamoProjects } from './projects.ts'
import { dynamoReceipts } from './receipts.ts'
import { dynamoRepairs } from './repairs.ts'
import { dynamoRuns } from './runs.ts'
import { dynamoSearch } from './search.ts'
import { dynamoSweeps } from './sweeps.ts'
import { dynamoTrials } from './trials.ts'

/** The store in one DynamoDB table, see `table.ts`. Stateless between calls. */
export function dynamoStore(options: DynamoStoreOptions): Store {
  const io = dynamoIo(options)
  return {
    migrate: () => migrate(io),
    recordFormat: () => recordFormat(io),
    ...dynamoEntities(io),
    ...dynamoProjects(io),
    ...dynamoKeys(io),
    ...dynamoSweeps(io, options.maxWaiting),
    ...dynamoAgents(io),
    ...dynamoTrials(io),
    ...dynamoSearch(io),
    ...dynamoRuns(io),
    ...dynamoHistory(io),
    ...dynamoReceipts(io),
    ...dynamoRepairs(io),
    ...dynamoDocuments(io),
    ...lazyBackup(io),
  }
}

/** Loaded with the first backup: no other request needs it, and it would be part of every cold start. */
function lazyBackup(io: DynamoIo): BackupStore {
  const backup = loadOnce(async () => (await import('./backup.ts')).dynamoBackup(io))
  return {
    readBackup: async (...args) => (await backup()).readBackup(...args),
    restore: async (...args) => (await backup()).restore(...args),
  }
}
