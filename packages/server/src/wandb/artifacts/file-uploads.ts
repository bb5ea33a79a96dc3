import { blobKey } from '../../artifacts/artifact-keys.ts'
import { type Artifact, artifactById } from '../../artifacts/artifacts.ts'
import { hexOf } from '../../artifacts/manifests.ts'
import { mapInParallel } from '../../in-parallel.ts'
import { uploadUrl } from '../files/upload-url.ts'
import type { WandbContext } from '../graphql/context.ts'
import { multipartUpload, type Part } from './multipart.ts'

/** A file that a client wants to upload. Large ones come in parts, numbered from 1. */
export interface FileSpec {
  readonly artifactID: string
  readonly name: string
  readonly md5: string
  readonly uploadPartsInput?: readonly Part[] | null
}

/** Where each file goes. Its name is in the manifest only; content is stored by its MD5. */
export async function fileUploads(ctx: WandbContext, specs: readonly FileSpec[]) {
  const artifacts = new Map<string, Promise<Artifact>>()
  const artifactOf = (id: string) => {
    const known = artifacts.get(id) ?? artifactById(ctx, id)
    artifacts.set(id, known)
    return known
  }
  return mapInParallel(specs, async ({ artifactID, name, md5, uploadPartsInput }) => {
    const artifact = await artifactOf(artifactID)
    const key = blobKey(artifact.entity, hexOf(md5))
    const parts = uploadPartsInput ?? []
    // Null means that the bytes are there already.
    const there = (await ctx.deps.files.stat(key)) !== undefined
    return {
      artifact,
      name,
      storagePath: key,
      uploadUrl: there ? null : await uploadUrl(ctx, key),
      uploadHeaders: [],
      uploadMultipartUrls: there || parts.length === 0 ? null : await multipartUpload(ctx, key, parts),
    }
  })
}
