import { createHash } from 'node:crypto'
import { Problem } from '@chimney/core/schema/problem'
import {
  type Artifact,
  artifactAt,
  artifactById,
  artifactId,
  busy,
  changeArtifact,
  committed,
  newUid,
  saveArtifact,
} from '../../artifacts/artifacts.ts'
import { nameForClient } from '../../artifacts/client-ids.ts'
import { type Collection, collectionId, ensureCollection } from '../../artifacts/collections.ts'
import { keepLogged } from '../../artifacts/index-project.ts'
import { contentOf, mergedManifest } from '../../artifacts/manifests.ts'
import { nextVersion, sequenceOf } from '../../artifacts/memberships.ts'
import { projectKeyOf, runKeyOf, type WandbContext } from '../graphql/context.ts'
import { plainTags, type TagInput } from './tags.ts'

type Text = string | null | undefined

export interface CreateArtifact {
  readonly entityName?: Text
  readonly projectName?: Text
  readonly runName?: Text
  readonly artifactTypeName?: Text
  readonly artifactCollectionName?: Text
  readonly artifactCollectionNames?: readonly string[] | null
  readonly digest?: Text
  readonly digestAlgorithm?: Text
  readonly description?: Text
  readonly labels?: Text
  readonly metadata?: Text
  readonly aliases?: readonly { readonly alias: string; readonly artifactCollectionName?: Text }[] | null
  readonly tags?: readonly TagInput[] | null
  readonly ttlDurationSeconds?: number | null
  readonly historyStep?: number | null
  readonly distributedID?: Text
  readonly clientID?: Text
  readonly sequenceClientID?: Text
  readonly enableDigestDeduplication?: boolean | null
  readonly isUserCreated?: boolean | null
  readonly storageRegion?: Text
}

/** The draft that a client then uploads, or the version that has the same content already. */
export async function createArtifact(ctx: WandbContext, input: CreateArtifact): Promise<Artifact> {
  const { store, clock } = ctx.deps
  const name = input.artifactCollectionName || input.artifactCollectionNames?.[0] || ''
  checkInput(input, name)
  const key = projectKeyOf(ctx, input.entityName, input.projectName)
  if (input.runName) runKeyOf(ctx, input.entityName, input.projectName, input.runName)
  await store.ensureProject(key, clock.now())
  const type = input.artifactTypeName || 'unknown'
  const collection = await ensureCollection(ctx, key, name, { kind: 'sequence', type })
  const same = await sameContent(ctx, collection, input)
  const artifact = same ? await logAgain(ctx, same, input) : await draftOf(ctx, collection, input)
  if (!same && artifact.run !== undefined) await keepLogged(ctx, artifact, artifact.run)
  if (input.clientID) await nameForClient(ctx, input.clientID, artifactId(artifact))
  if (input.sequenceClientID) await nameForClient(ctx, input.sequenceClientID, collectionId(collection))
  return artifact
}

function checkInput(input: CreateArtifact, name: string): void {
  const { storageRegion, artifactCollectionNames, labels, aliases } = input
  if (storageRegion && storageRegion !== 'default')
    throw new Problem(
      'invalid',
      'unknown-storage-region',
      `there is no storage region ${storageRegion}: this service has one, default`,
    )
  const others = [
    ...(artifactCollectionNames ?? []),
    ...(aliases ?? []).map((one) => one.artifactCollectionName),
  ]
  if (others.some((other) => other && other !== name))
    throw new Problem(
      'invalid',
      'several-collections',
      'an artifact is logged to one collection; link it to others',
    )
  if (labels && labels !== '{}')
    throw new Problem('invalid', 'no-labels', 'artifacts have no labels here; use tags or metadata')
}

/**
 * A version with the same content, for which no new one is made. Not in a collection with later incremental versions: the client sends the
 * digest of what it adds, and a version that holds just that lacks the files of the others.
 */
async function sameContent(
  ctx: WandbContext,
  collection: Collection,
  { digest, distributedID, enableDigestDeduplication }: CreateArtifact,
): Promise<Artifact | undefined> {
  if (!digest || distributedID || enableDigestDeduplication === false) return undefined
  const versions = await committed(ctx, collection, collection.key)
  const same = versions.findLast((artifact) => artifact.digest === digest)
  const later = versions.filter(({ version }) => same && version! >= same.version!)
  return later.some(({ parts }) => parts?.some((part) => part.type === 'INCREMENTAL')) ? undefined : same
}

async function logAgain(ctx: WandbContext, same: Artifact, input: CreateArtifact): Promise<Artifact> {
  const given = aliasesIn(ctx, input)
  const artifact = await changeArtifact(ctx, artifactId(same), (before) => ({
    ...before,
    tags: [...new Set([...before.tags, ...tagsIn(input)])],
    aliases: { ...before.aliases, latest: ctx.deps.clock.now(), ...given },
  }))
  if (input.runName && input.runName !== artifact.run) await keepLogged(ctx, artifact, input.runName)
  return artifact
}

const tagsIn = ({ tags }: CreateArtifact): readonly string[] => plainTags(tags)

function aliasesIn(ctx: WandbContext, { aliases }: CreateArtifact): Record<string, number> {
  const now = ctx.deps.clock.now()
  return Object.fromEntries((aliases ?? []).map(({ alias }) => [alias, now]))
}

async function draftOf(ctx: WandbContext, collection: Collection, input: CreateArtifact): Promise<Artifact> {
  const draft: Artifact = {
    entity: collection.entity,
    project: collection.project,
    collection: collection.key,
    uid: newUid(ctx),
    type: collection.type,
    digest: input.digest ?? '',
    ...(input.digestAlgorithm && { digestAlgorithm: input.digestAlgorithm }),
    ...(input.description && { description: input.description }),
    ...(input.metadata && { metadata: input.metadata }),
    ...(input.ttlDurationSeconds != null && { ttlSeconds: input.ttlDurationSeconds }),
    ...(input.historyStep != null && { historyStep: input.historyStep }),
    tags: [...new Set(tagsIn(input))],
    aliases: aliasesIn(ctx, input),
    ...(input.runName && input.isUserCreated !== true && { run: input.runName }),
    size: 0,
    fileCount: 0,
    createdAt: ctx.deps.clock.now(),
    rev: 1,
  }
  if (input.distributedID) return sharedDraft(ctx, collection, input.distributedID, draft, input)
  await saveArtifact(ctx, draft)
  return draft
}

const TRIES = 20

/** The one draft that all processes with this distributed id add to, until one of them commits it; then the next draft. */
async function sharedDraft(
  ctx: WandbContext,
  collection: Collection,
  distributedId: string,
  draft: Artifact,
  input: CreateArtifact,
): Promise<Artifact> {
  const hash = createHash('sha256').update(distributedId).digest('hex').slice(0, 32)
  const name = `artifact-distributed/${collection.key}/${hash}`
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const pointer = await ctx.deps.store.getDocument(collection, name)
    const shared = pointer && (await artifactAt(ctx, collection, collection.key, pointer.text))
    if (shared && shared.version === undefined)
      return changeArtifact(ctx, artifactId(shared), (before) => ({
        ...before,
        tags: [...new Set([...before.tags, ...tagsIn(input)])],
        aliases: { ...before.aliases, ...aliasesIn(ctx, input) },
        ...(input.description && { description: input.description }),
        ...(input.metadata && { metadata: input.metadata }),
      }))
    // The draft is stored before its name, so that the name always leads to one.
    if (attempt === 0) await saveArtifact(ctx, draft)
    const next = { name, text: draft.uid, rev: (pointer?.rev ?? 0) + 1 }
    if (await ctx.deps.store.putDocument(collection, next)) return draft
  }
  throw busy()
}

/** Assigns a draft the next version of its collection. Idempotent. */
export async function commitArtifact(ctx: WandbContext, id: string): Promise<Artifact> {
  const draft = await artifactById(ctx, id)
  if (draft.version !== undefined) return draft
  const collection = await sequenceOf(ctx, draft)
  const latest = (await committed(ctx, collection, collection.key)).at(-1)
  const merged = await mergedManifest(ctx, draft, latest)
  const content = await contentOf(ctx, { ...draft, ...merged })
  const version = await nextVersion(ctx, collection, draft.uid)
  const now = ctx.deps.clock.now()
  return changeArtifact(ctx, id, (artifact) =>
    artifact.version === undefined
      ? {
          ...artifact,
          ...merged,
          ...content,
          version,
          // An alias belongs to the version that was committed last with it, whatever the order of their drafts.
          aliases: Object.fromEntries(
            ['latest', ...Object.keys(artifact.aliases)].map((alias) => [alias, now]),
          ),
        }
      : artifact,
  )
}
