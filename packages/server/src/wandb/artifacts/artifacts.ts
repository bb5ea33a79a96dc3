import { createHash } from 'node:crypto'
import { isObject, type Json, numberOf, parseJson, stringifyJson } from '@chimney/core/schema/json'
import type { ProjectKey } from '@chimney/core/schema/names'
import { Problem } from '@chimney/core/schema/problem'
import type { WandbContext } from '../graphql/context.ts'
import { ownEntity } from '../graphql/context.ts'
import { globalId, partsOf } from '../graphql/global-id.ts'
import { blobKey } from './artifact-keys.ts'

/** A version of an artifact, or a draft of one (without `version`). Stored as a document of its project. */
export interface Artifact extends ProjectKey {
  readonly collection: string
  readonly uid: string
  readonly type: string
  readonly digest: string
  readonly description?: string
  /** JSON text. */
  readonly metadata?: string
  readonly tags: readonly string[]
  /** Alias → Unix ms of its assignment. An alias belongs to the version with the latest assignment. */
  readonly aliases: Readonly<Record<string, number>>
  /** The run that logged it. */
  readonly run?: string
  /** Storage key of its latest manifest. */
  readonly manifest?: string
  readonly version?: number
  readonly size: number
  readonly fileCount: number
  readonly createdAt: number
  readonly rev: number
}

export const artifactId = (artifact: Pick<Artifact, 'entity' | 'project' | 'collection' | 'uid'>): string =>
  globalId('Artifact', artifact.entity, artifact.project, artifact.collection, artifact.uid)

const documentName = (collection: string, uid: string): string => `artifact/${collection}/${uid}`

const MAX_NAME = 128

function checkName(collection: string): void {
  if (collection === '' || collection.length > MAX_NAME || /[/:\p{Cc}]/u.test(collection))
    throw new Problem(
      'invalid',
      'invalid-name',
      `an artifact's name must be 1 to ${MAX_NAME} characters without / and :`,
    )
}

export async function saveArtifact(ctx: WandbContext, artifact: Artifact): Promise<boolean> {
  checkName(artifact.collection)
  const { rev, ...rest } = artifact
  return ctx.deps.store.putDocument(artifact, {
    name: documentName(artifact.collection, artifact.uid),
    text: stringifyJson(rest as unknown as Json),
    rev,
  })
}

const read = (document: { text: string; rev: number }): Artifact =>
  ({ ...(JSON.parse(document.text) as Artifact), rev: document.rev }) as Artifact

export async function artifactById(ctx: WandbContext, id: string): Promise<Artifact> {
  const [entity, project, collection, uid] = partsOf('Artifact', 4, id) as [string, string, string, string]
  ownEntity(ctx, entity)
  const document = await ctx.deps.store.getDocument({ entity, project }, documentName(collection, uid))
  if (!document)
    throw new Problem('not-found', 'artifact-not-found', `there is no artifact with the id ${id}`)
  return read(document)
}

const TRIES = 20

export async function changeArtifact(
  ctx: WandbContext,
  id: string,
  change: (artifact: Artifact) => Artifact,
): Promise<Artifact> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const before = await artifactById(ctx, id)
    const next = { ...change(before), rev: before.rev + 1 }
    if (await saveArtifact(ctx, next)) return next
  }
  throw new Problem(
    'retryable',
    'artifact-busy',
    'too many writers at one artifact; send the request again',
    { retryAfter: 1 },
  )
}

/** The versions of a collection, or of all collections of a project, ascending. */
export async function committed(
  ctx: WandbContext,
  project: ProjectKey,
  collection?: string,
): Promise<readonly Artifact[]> {
  const documents = await ctx.deps.store.listDocuments(
    project,
    collection === undefined ? 'artifact/' : `artifact/${collection}/`,
  )
  return documents
    .map(read)
    .filter((artifact) => artifact.version !== undefined)
    .sort((a, b) =>
      a.collection < b.collection ? -1 : a.collection > b.collection ? 1 : a.version! - b.version!,
    )
}

/** The version that `v3`, `latest` or another alias means among those of one collection. */
export function versionOf(versions: readonly Artifact[], alias: string): Artifact | undefined {
  if (alias === 'latest') return versions.at(-1)
  const number = /^v(\d+)$/.exec(alias)?.[1]
  if (number !== undefined) return versions.find((artifact) => artifact.version === Number(number))
  return (
    holderOf(versions, alias) ??
    versions.find((artifact) => artifact.uid === alias || artifact.digest === alias)
  )
}

function holderOf(versions: readonly Artifact[], alias: string): Artifact | undefined {
  const holders = versions.filter((artifact) => Object.hasOwn(artifact.aliases, alias))
  return holders.sort((a, b) => a.aliases[alias]! - b.aliases[alias]!).at(-1)
}

/** The aliases that are a version's own at this moment, `latest` first. */
export function aliasesOf(versions: readonly Artifact[], artifact: Artifact): readonly string[] {
  const given = Object.keys(artifact.aliases).filter(
    (alias) => alias !== 'latest' && holderOf(versions, alias)?.uid === artifact.uid,
  )
  return [...(versions.at(-1)?.uid === artifact.uid ? ['latest'] : []), ...given.sort()]
}

/** Assigns a draft the next version of its collection. Idempotent. */
export async function commitArtifact(ctx: WandbContext, id: string): Promise<Artifact> {
  const draft = await artifactById(ctx, id)
  if (draft.version !== undefined) return draft
  const { size, fileCount } = await contentOf(ctx, draft)
  const taken = (await committed(ctx, draft, draft.collection)).at(-1)?.version ?? -1
  for (let version = taken + 1; ; version++) {
    const name = `artifact-version/${draft.collection}/${version}`
    const claimed = await ctx.deps.store.putDocument(draft, { name, text: draft.uid, rev: 1 })
    const holder = claimed ? draft.uid : (await ctx.deps.store.getDocument(draft, name))?.text
    if (holder === draft.uid)
      return changeArtifact(ctx, id, (artifact) => ({
        ...artifact,
        version: artifact.version ?? version,
        size,
        fileCount,
      }))
  }
}

/** A file in a manifest. `key` is its storage key; absent for an external reference. */
export interface ManifestEntry {
  readonly name: string
  readonly digest: string
  readonly size: number
  readonly key?: string
  /** Address of an external reference. */
  readonly ref?: string
}

const MAX_MANIFEST = 64_000_000

export async function entriesOf(ctx: WandbContext, artifact: Artifact): Promise<readonly ManifestEntry[]> {
  if (!artifact.manifest) return []
  const stat = await ctx.deps.files.stat(artifact.manifest)
  const bytes = stat && stat.size <= MAX_MANIFEST ? await ctx.deps.files.get(artifact.manifest) : undefined
  const manifest = bytes ? parseJson(Buffer.from(bytes).toString('utf8')) : undefined
  const contents = isObject(manifest) && isObject(manifest.contents) ? manifest.contents : {}
  return Object.entries(contents).flatMap(([name, entry]) => {
    if (!isObject(entry) || typeof entry.digest !== 'string') return []
    const size = numberOf(entry.size) ?? 0
    return [
      {
        name,
        digest: entry.digest,
        size,
        ...(entry.ref === undefined
          ? { key: blobKey(artifact.entity, hexOf(entry.digest)) }
          : typeof entry.ref === 'string' && { ref: entry.ref }),
      },
    ]
  })
}

async function contentOf(ctx: WandbContext, artifact: Artifact) {
  const entries = await entriesOf(ctx, artifact)
  return { size: entries.reduce((sum, entry) => sum + entry.size, 0), fileCount: entries.length }
}

/** Clients write an MD5 in base64 in manifests and in hex in addresses. */
export const hexOf = (md5: string): string =>
  /^[0-9a-f]{32}$/.test(md5) ? md5 : Buffer.from(md5, 'base64').toString('hex')

export const newUid = (ctx: WandbContext): string => ctx.deps.randomId(16)

/** Links what a client called an artifact before it had one of our ids. */
export const clientIdName = (clientId: string): string =>
  `artifact-client/${createHash('sha256').update(clientId).digest('hex').slice(0, 32)}`
