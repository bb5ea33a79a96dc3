import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { Problem } from '@chimney/core/schema/problem'
import { awsEndpoint } from '../aws-endpoint.ts'
import { partsOf } from './file-key.ts'
import type { Files } from './files.ts'

export interface S3FilesOptions {
  readonly client: S3Client
  readonly bucket: string
}

/**
 * Checksums only where S3 insists: a presigned upload would otherwise demand the checksum of a body that is not there
 * yet. Emulators want the bucket in the path.
 */
export const s3Client = (endpoint?: string): S3Client =>
  new S3Client({
    ...awsEndpoint(endpoint),
    forcePathStyle: endpoint !== undefined,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 20_000 },
  })

/** {@link Files} in an S3 bucket. Import it lazily: the client is large, and most requests touch no file. */
export const s3Files = ({ client, bucket: Bucket }: S3FilesOptions): Files => {
  const at = (key: string) => {
    partsOf(key) // the same keys are refused as on disk
    return { Bucket, Key: key }
  }
  return {
    put: async (key, Body, ContentType) => {
      await told(client.send(new PutObjectCommand({ ...at(key), Body, ...(ContentType && { ContentType }) })))
    },
    get: (key) =>
      ifThere(async () => {
        const { Body } = await client.send(new GetObjectCommand(at(key)))
        return Body?.transformToByteArray()
      }),
    stat: (key) =>
      ifThere(async () => {
        const { ContentLength = 0, LastModified } = await client.send(new HeadObjectCommand(at(key)))
        return { size: ContentLength, updatedAt: LastModified?.getTime() ?? 0 }
      }),
    delete: async (key) => {
      await told(client.send(new DeleteObjectCommand(at(key))))
    },
    list: async (Prefix) => {
      const found: { key: string; size: number; updatedAt: number }[] = []
      let ContinuationToken: string | undefined
      do {
        const page = await told(
          client.send(
            new ListObjectsV2Command({ Bucket, Prefix, ...(ContinuationToken && { ContinuationToken }) }),
          ),
        )
        for (const { Key = '', Size = 0, LastModified } of page.Contents ?? [])
          found.push({ key: Key, size: Size, updatedAt: LastModified?.getTime() ?? 0 })
        ContinuationToken = page.NextContinuationToken
      } while (ContinuationToken !== undefined)
      return found.sort((a, b) => (a.key < b.key ? -1 : 1)) // S3 does that itself; emulators have ideas of their own
    },
    uploadUrl: async (key, expiresIn) => getSignedUrl(client, new PutObjectCommand(at(key)), { expiresIn }),
    downloadUrl: async (key, expiresIn) =>
      getSignedUrl(
        client,
        // As from the disk: bytes to save, never a page.
        new GetObjectCommand({ ...at(key), ResponseContentDisposition: 'attachment' }),
        { expiresIn },
      ),
  }
}

/** Throttling and outages are retryable; so is everything else that S3 says about a well-formed request. */
const told = async <T>(answer: Promise<T>): Promise<T> => {
  try {
    return await answer
  } catch (cause) {
    throw new Problem('retryable', 'files-unavailable', 'The file store does not answer; try again.', {
      retryAfter: 2,
      cause,
    })
  }
}

const NOT_THERE = new Set(['NoSuchKey', 'NotFound'])

const ifThere = async <T>(read: () => Promise<T>): Promise<T | undefined> => {
  try {
    return await read()
  } catch (error) {
    if (error instanceof Problem) throw error
    if (NOT_THERE.has((error as Error).name)) return undefined
    return told(Promise.reject(error))
  }
}
