import type { Store } from '../store.ts'
import { dynamoAgents } from './agents.ts'
import { dynamoKeys } from './api-keys.ts'
import { dynamoBackup } from './backup.ts'
import { dynamoDocuments } from './documents.ts'
import { dynamoEntities } from './entities.ts'
import { dynamoHistory } from './history.ts'
import { type DynamoStoreOptions, dynamoIo } from './io.ts'
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
    ...dynamoBackup(io),
  }
}
