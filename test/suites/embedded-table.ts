import { randomUUID } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { dynamoClient } from '@chimney/server/store/dynamo-client'
import { createTable } from '@chimney/server/store/table'
import dynalite from 'dynalite'

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
  const server = dynalite({ createTableMs: 0 })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const engine = engineAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  return {
    ...engine,
    async stop() {
      await engine.stop()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}
