/** The table, and the bucket for files. */
export function createStorage() {
  const production = $app.protect
  const table = new sst.aws.Dynamo('Table', {
    fields: { pk: 'string', sk: 'string', gsi1pk: 'string', gsi1sk: 'string' },
    primaryIndex: { hashKey: 'pk', rangeKey: 'sk' },
    // Sparse and keys only: an update that does not change its two attributes costs nothing there.
    globalIndexes: { gsi1: { hashKey: 'gsi1pk', rangeKey: 'gsi1sk', projection: 'keys-only' } },
    ttl: 'ttl',
    deletionProtection: production,
    transform: {
      table: (args) => {
        args.billingMode = 'PAY_PER_REQUEST'
        // Charged by the stored gigabyte, so only for production data.
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
