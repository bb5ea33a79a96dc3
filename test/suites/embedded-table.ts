import { randomUUID } from 'node:crypto'
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { startDynamo } from '@chimney/local/tables/embedded-dynamo'
import { dynamoClient } from '@chimney/server/store/dynamo/client'
import { createTable } from '@chimney/server/store/dynamo/table'

export interface Engine {
  readonly client: DynamoDBClient
  /** Creates an empty table and returns its name. */
  readonly freshTable: () => Promise<string>
  readonly stop: () => Promise<void>
}

/** A client of an engine that is already running; `stop` closes only the client. */
export function engineAt(endpoint: string): Engine {
  const client = dynamoClient(endpoint)
  return {
    client,
    async freshTable() {
      const table = `test-${randomUUID()}`
      await createTable(client, table)
      return table
    },
    async stop() {
      client.destroy()
    },
  }
}

let server: ReturnType<typeof startDynamo> | undefined

/** The engine of this process, in memory. All test files that the process runs share it and end with it. */
export async function embeddedEngine(): Promise<Engine> {
  server ??= startDynamo()
  return engineAt((await server).endpoint)
}
