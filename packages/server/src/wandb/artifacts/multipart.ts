import { Problem } from '@chimney/core/schema/problem'
import { blobKey } from '../../artifacts/artifact-keys.ts'
import { artifactById } from '../../artifacts/artifacts.ts'
import { requireScope } from '../../http/auth/scope.ts'
import { partUrl } from '../../runs/files/file-urls.ts'
import type { WandbContext } from '../graphql/context.ts'

/** Before the upload `hexMD5` is the part's MD5, after it the ETag that the storage returned. */
export interface Part {
  readonly partNumber?: number | null
  readonly hexMD5?: string | null
}

/** The limits of S3. */
const MAX_PARTS = 10_000

/** Starts the upload of a file in parts; the URLs are in the order of the parts. */
export async function multipartUpload(ctx: WandbContext, key: string, parts: readonly Part[]) {
  requireScope(ctx.caller, 'ingest', 'uploading a file')
  const upload = await ctx.deps.files.startParts(key)
  const numbers = numbersOf(parts)
  const urls = await Promise.all(numbers.map((part) => partUrl(ctx, key, upload, part)))
  return {
    uploadID: upload,
    uploadUrlParts: urls.map((uploadUrl, at) => ({ partNumber: numbers[at]!, uploadUrl })),
  }
}

function numbersOf(parts: readonly Part[]): readonly number[] {
  const numbers = parts.map(({ partNumber }) => partNumber ?? 0)
  if (numbers.length > MAX_PARTS || numbers.some((part, at) => part !== at + 1))
    throw new Problem(
      'invalid',
      'bad-parts',
      `the parts of a file are numbered from 1 to at most ${MAX_PARTS}`,
    )
  return numbers
}

export interface CompleteMultipart {
  readonly artifactID: string
  readonly completedParts: readonly Part[]
  readonly storagePath: string
  readonly uploadID: string
}

export async function completeMultipart(ctx: WandbContext, input: CompleteMultipart) {
  const { entity } = await artifactById(ctx, input.artifactID)
  const hex = input.storagePath.split('/').at(-1) ?? ''
  const key = blobKey(entity, decodeURIComponent(hex))
  if (key !== input.storagePath)
    throw new Problem('not-found', 'unknown-storage-path', 'there is no such file of an artifact')
  const numbers = numbersOf(input.completedParts)
  const parts = input.completedParts.map(({ hexMD5 }, at) => ({ part: numbers[at]!, etag: hexMD5 ?? '' }))
  try {
    await ctx.deps.files.endParts(key, input.uploadID, parts)
  } catch (error) {
    // A repeated request whose first response was lost: content is stored by its MD5, so a file that is there is this one.
    if (!(error instanceof Problem && error.code === 'bad-parts' && (await ctx.deps.files.stat(key))))
      throw error
  }
  return { digest: hex }
}
