import { dynamoAgents } from './dynamo-agents.ts'
import { dynamoBackup } from './dynamo-backup.ts'
import { dynamoDocuments } from './dynamo-documents.ts'
import { dynamoHistory } from './dynamo-history.ts'
import { type DynamoStoreOptions, dynamoIo } from './dynamo-io.ts'
import { dynamoKeys } from './dynamo-keys.ts'
import { dynamoProjects } from './dynamo-projects.ts'
import { dynamoReceipts } from './dynamo-receipts.ts'
import { dynamoRuns } from './dynamo-runs.ts'
import { dynamoSearch } from './dynamo-search.ts'
import { dynamoSweeps } from './dynamo-sweeps.ts'
import { dynamoTrials } from './dynamo-trials.ts'
import { migrate } from './migrate.ts'
import type { Store } from './store.ts'

/** The store in one DynamoDB table, see `table.ts`. It keeps nothing between calls. */
export function dynamoStore(options: DynamoStoreOptions): Store {
  const io = dynamoIo(options)
  return {
    migrate: () => migrate(io),
    ...dynamoProjects(io),
    ...dynamoKeys(io),
    ...dynamoSweeps(io),
    ...dynamoAgents(io),
    ...dynamoTrials(io),
    ...dynamoSearch(io),
    ...dynamoRuns(io),
    ...dynamoHistory(io),
    ...dynamoReceipts(io),
    ...dynamoDocuments(io),
    ...dynamoBackup(io),
  }
}
