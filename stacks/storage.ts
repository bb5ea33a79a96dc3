/** How far back production data can be restored: DynamoDB's maximum, and the same for files. */
const RESTORE_DAYS = 35
/** No upload takes as long. */
const UPLOAD_DAYS = 7

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
        args.pointInTimeRecovery = production
          ? { enabled: true, recoveryPeriodInDays: RESTORE_DAYS }
          : { enabled: false }
      },
    },
  })
  const files = new sst.aws.Bucket('Files', {
    enforceHttps: true,
    // Pages of the dashboard read tables and plots by signed URLs; without one, no request is answered.
    cors: { allowMethods: ['GET'], allowOrigins: ['*'], allowHeaders: [] },
    // An overwritten or deleted file remains as an older version. Charged by the stored gigabyte too.
    versioning: production,
  })
  new aws.s3.BucketLifecycleConfiguration('FilesLifecycle', {
    bucket: files.name,
    rules: [
      {
        id: 'uploads',
        status: 'Enabled',
        filter: { prefix: '' },
        abortIncompleteMultipartUpload: { daysAfterInitiation: UPLOAD_DAYS },
      },
      ...(production
        ? [
            {
              id: 'versions',
              status: 'Enabled',
              filter: { prefix: '' },
              noncurrentVersionExpiration: { noncurrentDays: RESTORE_DAYS },
              // The marker of a deleted file, once its versions are gone.
              expiration: { expiredObjectDeleteMarker: true },
            },
          ]
        : []),
    ],
  })
  return { table, files }
}

export type Storage = ReturnType<typeof createStorage>
