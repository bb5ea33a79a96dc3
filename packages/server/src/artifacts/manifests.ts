import { createHash } from 'node:crypto'
import { isObject, type Json, numberOf, parseJson, stringifyJson } from '@chimney/core/schema/json'
import { Problem } from '@chimney/core/schema/problem'
import { blobKey, manifestKey } from './artifact-keys.ts'
import { type Artifact, artifactById, type ManifestPart } from './artifacts.ts'
import type { ArtifactContext } from './context.ts'

/** A file in a manifest. `key` is its storage key; absent for an external reference. */
export interface ManifestEntry {
  readonly name: string
  readonly digest: string
  readonly size: number
  readonly key?: string
  /** Address of an external reference. */
  readonly ref?: string
}

type JsonObject = { readonly [key: string]: Json }

const MAX_MANIFEST = 64_000_000

async function readManifest(ctx: ArtifactContext, key: string | undefined): Promise<JsonObject | undefined> {
  const stat = key === undefined ? undefined : await ctx.deps.files.stat(key)
  if (key === undefined || !stat) return undefined
  if (stat.size > MAX_MANIFEST)
    throw new Problem(
      'too-large',
      'manifest-too-large',
      `the manifest of the artifact has ${stat.size} bytes; at most ${MAX_MANIFEST} can be read: log fewer files`,
    )
  const bytes = await ctx.deps.files.get(key)
  const manifest = bytes ? parseJson(Buffer.from(bytes).toString('utf8')) : undefined
  return isObject(manifest) ? manifest : undefined
}

const contentsOf = (manifest: JsonObject | undefined): JsonObject =>
  isObject(manifest?.contents) ? manifest.contents : {}

export async function entriesOf(ctx: ArtifactContext, artifact: Artifact): Promise<readonly ManifestEntry[]> {
  const contents = contentsOf(await readManifest(ctx, artifact.manifest))
  return Object.entries(contents).flatMap(([name, entry]): ManifestEntry[] => {
    if (!isObject(entry) || typeof entry.digest !== 'string') return []
    const { digest, ref } = entry
    const size = numberOf(entry.size) ?? 0
    if (ref === undefined || ref === null)
      return [{ name, digest, size, key: blobKey(artifact.entity, hexOf(digest)) }]
    return [{ name, digest, size, ...(typeof ref === 'string' && { ref }) }]
  })
}

/** Clients write an MD5 in base64 in manifests and in hex in addresses. */
export const hexOf = (md5: string): string =>
  /^[0-9a-f]{32}$/.test(md5) ? md5 : Buffer.from(md5, 'base64').toString('hex')

/**
 * The manifest of an artifact that was sent in parts: the files of its base, then those of each part, of which the later one wins. A part
 * that is still being uploaded is an error, since its files would be lost. Undefined for an artifact without parts.
 */
export async function mergedManifest(
  ctx: ArtifactContext,
  artifact: Artifact,
  latest: Artifact | undefined,
): Promise<{ readonly manifest: string; readonly digest: string } | undefined> {
  const { parts = [] } = artifact
  if (parts.length === 0) return undefined
  let merged: JsonObject | undefined = await readManifest(ctx, (await baseOf(ctx, parts, latest))?.manifest)
  for (const { key, ready } of parts) {
    const part = await readManifest(ctx, key)
    // Its process ended before all files were uploaded.
    if (!part && !ready) continue
    if (!part)
      throw new Problem(
        'invalid',
        'manifest-missing',
        'a part of the artifact has no manifest yet: wait for each upsert_artifact() before finish_artifact()',
      )
    merged = { ...part, contents: { ...contentsOf(merged), ...contentsOf(part) } }
  }
  const manifest = manifestKey(artifact, 'wandb_manifest.json')
  await ctx.deps.files.put(manifest, Buffer.from(stringifyJson(merged ?? { version: 1, contents: {} })))
  return { manifest, digest: digestOf(contentsOf(merged)) }
}

/**
 * What an incremental artifact adds to: the newest version of its collection, also when that is newer than the one its client saw; else
 * the artifact of another collection that it names. Processes that share an artifact start from nothing.
 */
async function baseOf(ctx: ArtifactContext, parts: readonly ManifestPart[], latest: Artifact | undefined) {
  const incremental = parts.find(({ type }) => type === 'INCREMENTAL')
  if (incremental?.base === undefined) return incremental && latest
  if (!latest) return artifactById(ctx, incremental.base)
  const base = await artifactById(ctx, incremental.base)
  return base.collection === latest.collection && base.project === latest.project ? latest : base
}

/** The digest that a client computes of a manifest (`_artifact_manifest_v1`): entries with equal names and digests have the same. */
function digestOf(contents: JsonObject): string {
  const hash = createHash('md5').update('wandb-artifact-manifest-v1\n')
  for (const name of Object.keys(contents).sort()) {
    const entry = contents[name]
    hash.update(`${name}:${isObject(entry) ? String(entry.digest) : ''}\n`)
  }
  return hash.digest('hex')
}

/** Size and number of files, references included. */
export async function contentOf(ctx: ArtifactContext, artifact: Artifact) {
  const entries = await entriesOf(ctx, artifact)
  return { size: entries.reduce((sum, entry) => sum + entry.size, 0), fileCount: entries.length }
}
