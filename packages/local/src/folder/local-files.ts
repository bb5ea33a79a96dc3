import { createHash } from 'node:crypto'
import type { Clock } from '@chimney/server/clock'
import { diskFiles, removeDrafts } from '@chimney/server/files/disk-files'
import { diskRoutes } from '@chimney/server/files/disk-routes'
import type { Files } from '@chimney/server/files/files'
import { Hono } from 'hono'

export interface LocalFilesOptions {
  readonly folder: string
  /** URL of the HTTP app, without a trailing slash. */
  readonly url: string
  /** URLs are signed with a secret derived from it: they survive restarts and expire with the key. */
  readonly key: string
  readonly clock: Clock
  /** Endpoint of an S3 that replaces the folder. */
  readonly s3: string | undefined
}

const BUCKET = 'chimney'
const ALREADY_EXISTS = new Set(['BucketAlreadyOwnedByYou', 'BucketAlreadyExists'])

/** Files in a folder with the routes that serve them, or in an S3, which serves its own. */
export const localFiles = async (options: LocalFilesOptions): Promise<{ files: Files; routes: Hono }> => {
  if (options.s3 !== undefined) {
    const { CreateBucketCommand } = await import('@aws-sdk/client-s3')
    const { s3Client, s3Files } = await import('@chimney/server/files/s3-files')
    const client = s3Client(options.s3)
    await client.send(new CreateBucketCommand({ Bucket: BUCKET })).catch((error: Error) => {
      if (!ALREADY_EXISTS.has(error.name)) throw error
    })
    return { files: s3Files({ client, bucket: BUCKET }), routes: new Hono() }
  }
  const { folder, url, key, clock } = options
  await removeDrafts(folder, clock)
  const secret = createHash('sha256').update(`storage URLs of ${key}`).digest('hex')
  const files = diskFiles({ folder, baseUrl: `${url}/storage`, secret, clock })
  return { files, routes: diskRoutes({ files, secret, clock }) }
}
