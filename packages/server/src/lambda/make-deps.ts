import { randomBytes } from 'node:crypto'
import { systemClock } from '../clock.ts'
import type { Deps } from '../deps.ts'
import { lazyFiles } from '../files/lazy-files.ts'
import { idFromBytes } from '../ids.ts'
import { sqsClient } from '../queue/sqs-client.ts'
import { sqsQueue } from '../queue/sqs-queue.ts'
import { dynamoClient } from '../store/dynamo/client.ts'
import { dynamoStore } from '../store/dynamo/store.ts'
import type { Env } from './env.ts'

/** The adapters that work in AWS, from what the environment says. */
export const makeDeps = (env: Env): Deps => ({
  store: dynamoStore({ client: dynamoClient(env.endpoints.dynamodb), table: env.table }),
  queue: sqsQueue({ client: sqsClient(env.endpoints.sqs), urls: env.queues }),
  files: lazyFiles(async () => {
    const { s3Client, s3Files } = await import('../files/s3-files.ts')
    return s3Files({ client: s3Client(env.endpoints.s3), bucket: env.filesBucket })
  }),
  clock: systemClock,
  settings: { leaseSeconds: env.leaseSeconds, publicUrl: env.publicUrl },
  randomId: (length) => idFromBytes(randomBytes(length), length),
})
