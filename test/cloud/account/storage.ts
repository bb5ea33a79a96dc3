import {
  CreateTableCommand,
  type CreateTableCommandInput,
  UpdateContinuousBackupsCommand,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb'
import {
  type CORSRule,
  CreateBucketCommand,
  PutBucketCorsCommand,
  PutPublicAccessBlockCommand,
  type PutPublicAccessBlockCommandInput,
} from '@aws-sdk/client-s3'
import type { Clients } from './clients.ts'
import { apiNames, type Create } from './created.ts'

interface TableInputs {
  readonly name: string
  readonly billingMode: 'PAY_PER_REQUEST'
  readonly deletionProtectionEnabled: boolean
  readonly attributes: readonly { readonly name: string; readonly type: 'S' | 'N' | 'B' }[]
  readonly hashKey: string
  readonly rangeKey: string
  readonly globalSecondaryIndexes: readonly {
    readonly name: string
    readonly hashKey: string
    readonly rangeKey: string
    readonly projectionType: 'KEYS_ONLY' | 'ALL'
  }[]
  readonly ttl: { readonly attributeName: string; readonly enabled: boolean }
  readonly pointInTimeRecovery: { readonly enabled: boolean }
}

const keys = ({ hashKey, rangeKey }: { readonly hashKey: string; readonly rangeKey: string }) =>
  [
    { AttributeName: hashKey, KeyType: 'HASH' },
    { AttributeName: rangeKey, KeyType: 'RANGE' },
  ] satisfies CreateTableCommandInput['KeySchema']

export const storage = ({ database, files }: Clients): Readonly<Record<string, Create>> => ({
  'aws:dynamodb/table:Table': async ({ inputs }) => {
    const table = inputs as unknown as TableInputs
    const TableName = table.name
    await database.send(
      new CreateTableCommand({
        TableName,
        BillingMode: table.billingMode,
        DeletionProtectionEnabled: table.deletionProtectionEnabled,
        AttributeDefinitions: table.attributes.map(({ name, type }) => ({
          AttributeName: name,
          AttributeType: type,
        })),
        KeySchema: keys(table),
        GlobalSecondaryIndexes: table.globalSecondaryIndexes.map((index) => ({
          IndexName: index.name,
          KeySchema: keys(index),
          Projection: { ProjectionType: index.projectionType },
        })),
      }),
    )
    await waitUntilTableExists({ client: database, maxWaitTime: 60 }, { TableName })
    const { attributeName: AttributeName, enabled: Enabled } = table.ttl
    await database.send(
      new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification: { AttributeName, Enabled } }),
    )
    await database.send(
      new UpdateContinuousBackupsCommand({
        TableName,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: table.pointInTimeRecovery.enabled },
      }),
    )
  },
  'aws:s3/bucket:Bucket': async ({ inputs }) => {
    await files.send(new CreateBucketCommand({ Bucket: String(inputs.bucket) }))
  },
  'aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock': async ({ inputs: { bucket, ...block } }) => {
    await files.send(
      new PutPublicAccessBlockCommand({
        Bucket: String(bucket),
        PublicAccessBlockConfiguration: apiNames(
          block,
        ) as PutPublicAccessBlockCommandInput['PublicAccessBlockConfiguration'],
      }),
    )
  },
  'aws:s3/bucketCorsConfiguration:BucketCorsConfiguration': async ({ inputs: { bucket, corsRules } }) => {
    await files.send(
      new PutBucketCorsCommand({
        Bucket: String(bucket),
        CORSConfiguration: {
          CORSRules: (corsRules as readonly Record<string, unknown>[]).map(
            (rule) => apiNames(rule) as unknown as CORSRule,
          ),
        },
      }),
    )
  },
})
