/** The table and the bucket for what is too large for it. */
export function createStorage() {
  const production = $app.protect
  const table = new sst.aws.Dynamo('Table', {
    fields: { pk: 'string', sk: 'string', gsi1pk: 'string', gsi1sk: 'string' },
    primaryIndex: { hashKey: 'pk', rangeKey: 'sk' },
    // Sparse, and keys only: an update that leaves its two attributes alone costs nothing there.
    globalIndexes: { gsi1: { hashKey: 'gsi1pk', rangeKey: 'gsi1sk', projection: 'keys-only' } },
    ttl: 'ttl',
    deletionProtection: production,
    transform: {
      table: (args) => {
        args.billingMode = 'PAY_PER_REQUEST'
        // Billed by stored gigabyte; a stage for trying things out can lose what it has.
        args.pointInTimeRecovery = { enabled: production }
      },
    },
  })
  const files = new sst.aws.Bucket('Files', {
    enforceHttps: true,
    cors: false,
    versioning: false,
  })
  return { table, files }
}

export type Storage = ReturnType<typeof createStorage>
