import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { Problem } from '@chimney/core/schema/problem'
import { awsEndpoint } from '../aws-endpoint.ts'
import { awsProblem } from '../aws-failure.ts'
import { badParts, partsOf } from './file-key.ts'
import type { Files } from './files.ts'
import { mediaTypeOf } from './media-type.ts'

export interface S3FilesOptions {
  readonly client: S3Client
  readonly bucket: string
}

/**
 * Checksums only where S3 requires them: otherwise a presigned upload would require the checksum of a body that is not known
 * yet. Emulators need the bucket in the path.
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

/** {@link Files} in an S3 bucket. Import it lazily: the client is large, and most requests use no files. */
export const s3Files = ({ client, bucket: Bucket }: S3FilesOptions): Files => {
  const at = (key: string) => {
    partsOf(key) // rejects the same keys as on disk
    return { Bucket, Key: key }
  }
  return {
    put: async (key, Body, ContentType) => {
      await sent(client.send(new PutObjectCommand({ ...at(key), Body, ...(ContentType && { ContentType }) })))
    },
    get: (key) =>
      ifFound(async () => {
        const { Body } = await client.send(new GetObjectCommand(at(key)))
        return Body?.transformToByteArray()
      }),
    stat: (key) =>
      ifFound(async () => {
        const { ContentLength = 0, LastModified } = await client.send(new HeadObjectCommand(at(key)))
        return { size: ContentLength, updatedAt: LastModified?.getTime() ?? 0 }
      }),
    delete: async (key) => {
      await sent(client.send(new DeleteObjectCommand(at(key))))
    },
    list: async (Prefix) => {
      const found: { key: string; size: number; updatedAt: number }[] = []
      let ContinuationToken: string | undefined
      do {
        const page = await sent(
          client.send(
            new ListObjectsV2Command({ Bucket, Prefix, ...(ContinuationToken && { ContinuationToken }) }),
          ),
        )
        for (const { Key = '', Size = 0, LastModified } of page.Contents ?? [])
          found.push({ key: Key, size: Size, updatedAt: LastModified?.getTime() ?? 0 })
        ContinuationToken = page.NextContinuationToken
      } while (ContinuationToken !== undefined)
      return found.sort((a, b) => (a.key < b.key ? -1 : 1)) // S3 sorts; some emulators do not
    },
    uploadUrl: async (key, expiresIn) =>
      sent(getSignedUrl(client, new PutObjectCommand(at(key)), { expiresIn })),
    downloadUrl: async (key, expiresIn) =>
      sent(
        getSignedUrl(
          client,
          // A download, never a page, as in `disk-routes`.
          new GetObjectCommand({
            ...at(key),
            ResponseContentDisposition: 'attachment',
            ResponseContentType: mediaTypeOf(key),
          }),
          { expiresIn },
        ),
      ),
    startParts: async (key) => {
      const { UploadId } = await sent(client.send(new CreateMultipartUploadCommand(at(key))))
      return UploadId ?? ''
    },
    partUrl: async (key, UploadId, PartNumber, expiresIn) =>
      sent(getSignedUrl(client, new UploadPartCommand({ ...at(key), UploadId, PartNumber }), { expiresIn })),
    endParts: async (key, UploadId, parts) => {
      const Parts = parts.map(({ part, etag }) => ({ PartNumber: part, ETag: etag }))
      const command = new CompleteMultipartUploadCommand({
        ...at(key),
        UploadId,
        MultipartUpload: { Parts },
      })
      try {
        await client.send(command)
      } catch (error) {
        if (BAD_PARTS.has((error as Error).name)) throw badParts()
        throw problemOf(error)
      }
    },
  }
}

const BAD_PARTS = new Set(['InvalidPart', 'InvalidPartOrder', 'NoSuchUpload', 'EntityTooSmall'])

const problemOf = (error: unknown): unknown =>
  awsProblem(
    error,
    'the file store',
    (cause) =>
      new Problem('retryable', 'files-unavailable', 'The file store is unavailable; try again.', {
        retryAfter: 2,
        cause,
      }),
  )

const sent = async <T>(call: Promise<T>): Promise<T> => {
  try {
    return await call
  } catch (error) {
    throw problemOf(error)
  }
}

const NOT_FOUND = new Set(['NoSuchKey', 'NotFound'])

const ifFound = async <T>(read: () => Promise<T>): Promise<T | undefined> => {
  try {
    return await read()
  } catch (error) {
    if (NOT_FOUND.has((error as Error).name)) return undefined
    throw problemOf(error)
  }
}
