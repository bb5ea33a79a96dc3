import {
  CreateTableCommand,
  type CreateTableCommandInput,
  type DynamoDBClient,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb'

/**
 * Definition of the table for the stack in AWS and for {@link createTable} elsewhere. All key attributes are strings. The index is
 * sparse and KEYS_ONLY, so an update that does not change its attributes costs nothing there. `ttl` (Unix seconds) expires
 * receipts; engines without TTL keep them.
 */
export const TABLE = {
  primary: { hash: 'pk', range: 'sk' },
  index: { name: 'gsi1', hash: 'gsi1pk', range: 'gsi1sk', projection: 'KEYS_ONLY' },
  ttl: 'ttl',
  billing: 'PAY_PER_REQUEST',
} as const

const schema = (keys: { readonly hash: string; readonly range: string }) => [
  { AttributeName: keys.hash, KeyType: 'HASH' as const },
  { AttributeName: keys.range, KeyType: 'RANGE' as const },
]

const input = (name: string): CreateTableCommandInput => ({
  TableName: name,
  BillingMode: TABLE.billing,
  AttributeDefinitions: [TABLE.primary.hash, TABLE.primary.range, TABLE.index.hash, TABLE.index.range].map(
    (AttributeName) => ({ AttributeName, AttributeType: 'S' as const }),
  ),
  KeySchema: schema(TABLE.primary),
  GlobalSecondaryIndexes: [
    {
      IndexName: TABLE.index.name,
      KeySchema: schema(TABLE.index),
      Projection: { ProjectionType: TABLE.index.projection },
    },
  ],
})

/** Creates the table if it does not exist and waits until it is active. For local engines and tests; in AWS the stack creates it. */
export async function createTable(client: DynamoDBClient, name: string): Promise<void> {
  try {
    await client.send(new CreateTableCommand(input(name)))
  } catch (error) {
    if ((error as Error).name !== 'ResourceInUseException') throw error
  }
  await waitUntilTableExists({ client, minDelay: 1, maxDelay: 2, maxWaitTime: 60 }, { TableName: name })
}
