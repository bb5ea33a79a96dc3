import { type Json, stringifyJson } from '@chimney/core/schema/json'
import type { ProjectKey } from '@chimney/core/schema/names'
import { Problem } from '@chimney/core/schema/problem'
import { globalId, partsOf } from '../global-id.ts'
import { ownEntity } from '../own-entity.ts'
import type { ArtifactContext } from './context.ts'
import { forgetReads, once } from './request-memo.ts'

/** `FULL` lists all files, `INCREMENTAL` those added to the version before, `PATCH` those of one process of several. */
export type ManifestType = 'FULL' | 'INCREMENTAL' | 'PATCH'

export interface ManifestPart {
  readonly type: Exclude<ManifestType, 'FULL'>
  /** Storage key. */
  readonly key: string
  /** Id of the artifact whose files the part adds to. */
  readonly base?: string
  /** Its client has uploaded the files, and the manifest comes next. */
  readonly ready?: true
}

/** A version of an artifact, or a draft of one (without `version`). Stored as a document of its project. */
export interface Artifact extends ProjectKey {
  /** Key of its collection, see `collections.ts`. */
  readonly collection: string
  readonly uid: string
  readonly type: string
  readonly digest: string
  readonly digestAlgorithm?: string
  readonly description?: string
  /** JSON text. */
  readonly metadata?: string
  readonly tags: readonly string[]
  /** Alias → Unix ms of its assignment. An alias belongs to the version with the latest assignment. */
  readonly aliases: Readonly<Record<string, number>>
  /** The run that logged it. */
  readonly run?: string
  readonly historyStep?: number
  readonly ttlSeconds?: number
  /** Storage key of its latest manifest. */
  readonly manifest?: string
  /** What is merged into its manifest when it is committed. */
  readonly parts?: readonly ManifestPart[]
  /** Portfolios that it was linked to. */
  readonly links?: readonly (ProjectKey & { readonly collection: string })[]
  readonly version?: number
  readonly size: number
  readonly fileCount: number
  readonly createdAt: number
  readonly updatedAt?: number
  readonly rev: number
}

export const artifactId = (artifact: Pick<Artifact, 'entity' | 'project' | 'collection' | 'uid'>): string =>
  globalId('Artifact', artifact.entity, artifact.project, artifact.collection, artifact.uid)

const documentName = (collection: string, uid: string): string => `artifact/${collection}/${uid}`

export async function saveArtifact(ctx: ArtifactContext, artifact: Artifact): Promise<boolean> {
  forgetReads(ctx)
  const { rev, ...rest } = artifact
  return ctx.deps.store.putDocument(artifact, {
    name: documentName(artifact.collection, artifact.uid),
    text: stringifyJson(rest as unknown as Json),
    rev,
  })
}

export async function forgetArtifact(ctx: ArtifactContext, artifact: Artifact): Promise<void> {
  forgetReads(ctx)
  await ctx.deps.store.deleteDocument(artifact, documentName(artifact.collection, artifact.uid))
}

const read = (document: { text: string; rev: number }): Artifact =>
  ({ ...(JSON.parse(document.text) as Artifact), rev: document.rev }) as Artifact

export async function artifactById(ctx: ArtifactContext, id: string): Promise<Artifact> {
  const artifact = await presentArtifact(ctx, id)
  if (!artifact)
    throw new Problem('not-found', 'artifact-not-found', `there is no artifact with the id ${id}`)
  return artifact
}

/** Undefined for an artifact that was deleted. Throws for an id that is none. */
export async function presentArtifact(ctx: ArtifactContext, id: string): Promise<Artifact | undefined> {
  const [entity, project, collection, uid] = partsOf('Artifact', 4, id) as [string, string, string, string]
  ownEntity(ctx, entity)
  return artifactAt(ctx, { entity, project }, collection, uid)
}

export async function artifactAt(
  ctx: ArtifactContext,
  project: ProjectKey,
  collection: string,
  uid: string,
): Promise<Artifact | undefined> {
  const document = await ctx.deps.store.getDocument(project, documentName(collection, uid))
  return document && read(document)
}

const TRIES = 20

export async function changeArtifact(
  ctx: ArtifactContext,
  id: string,
  change: (artifact: Artifact) => Artifact,
): Promise<Artifact> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const before = await artifactById(ctx, id)
    const next = { ...change(before), updatedAt: ctx.deps.clock.now(), rev: before.rev + 1 }
    if (await saveArtifact(ctx, next)) return next
  }
  throw busy()
}

/** Of a document with too many writers at the same time. */
export const busy = (): Problem =>
  new Problem('retryable', 'artifact-busy', 'too many writers at one artifact; send the request again', {
    retryAfter: 1,
  })

/** The versions of a collection, or of all collections of a project, ascending. */
export function committed(
  ctx: ArtifactContext,
  project: ProjectKey,
  collection?: string,
): Promise<readonly Artifact[]> {
  const prefix = collection === undefined ? 'artifact/' : `artifact/${collection}/`
  return once(ctx, `${project.entity}/${project.project}/${prefix}`, async () =>
    (await ctx.deps.store.listDocuments(project, prefix))
      .map(read)
      .filter((artifact) => artifact.version !== undefined)
      .sort((a, b) =>
        a.collection < b.collection ? -1 : a.collection > b.collection ? 1 : a.version! - b.version!,
      ),
  )
}

/** What an alias is resolved among: the members of one collection, ascending by version. */
export interface Versioned {
  readonly uid: string
  readonly digest: string
  readonly version: number
  readonly aliases: Readonly<Record<string, number>>
}

const LATEST = 'latest'

/** The member that `v3`, `latest` or another alias means. `latest` was not assigned by versions that earlier servers stored. */
export function versionOf<V extends Versioned>(versions: readonly V[], alias: string): V | undefined {
  if (alias === LATEST) return holderOf(versions, LATEST) ?? versions.at(-1)
  const number = /^v(\d+)$/.exec(alias)?.[1]
  if (number !== undefined) return versions.find(({ version }) => version === Number(number))
  return holderOf(versions, alias) ?? versions.find(({ uid, digest }) => uid === alias || digest === alias)
}

function holderOf<V extends Versioned>(versions: readonly V[], alias: string): V | undefined {
  const holders = versions.filter(({ aliases }) => Object.hasOwn(aliases, alias))
  return holders.sort((a, b) => a.aliases[alias]! - b.aliases[alias]! || a.version - b.version).at(-1)
}

/** The aliases that are a member's own at this moment, `latest` first. */
export function aliasesOf(versions: readonly Versioned[], uid: string): readonly string[] {
  const given = Object.keys(versions.find((member) => member.uid === uid)?.aliases ?? {}).filter(
    (alias) => alias !== LATEST && holderOf(versions, alias)?.uid === uid,
  )
  return [...(versionOf(versions, LATEST)?.uid === uid ? [LATEST] : []), ...given.sort()]
}

export const newUid = (ctx: ArtifactContext): string => ctx.deps.randomId(16)
