import { randomUUID } from 'node:crypto'
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { startDynamo } from '@chimney/local/embedded-dynamo'
import { dynamoClient } from '@chimney/server/store/dynamo/client'
import { createTable } from '@chimney/server/store/dynamo/table'

export interface Engine {
  readonly client: DynamoDBClient
  /** Creates an empty table and answers its name. */
  readonly freshTable: () => Promise<string>
  readonly stop: () => Promise<void>
}

/** An engine at an address, which goes on after `stop`. */
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

/** An engine in this process and in memory. */
export async function embeddedEngine(): Promise<Engine> {
  const server = await startDynamo()
  const engine = engineAt(server.endpoint)
  return {
    ...engine,
    async stop() {
      await engine.stop()
      await server.stop()
    },
  }
}
