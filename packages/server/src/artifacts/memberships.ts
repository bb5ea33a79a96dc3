import type { ProjectKey } from '@chimney/core/schema/names'
import { Problem } from '@chimney/core/schema/problem'
import { mapInParallel } from '../in-parallel.ts'
import {
  type Artifact,
  aliasesOf,
  artifactId,
  busy,
  changeArtifact,
  committed,
  forgetArtifact,
  presentArtifact,
  type Versioned,
  versionOf,
} from './artifacts.ts'
import {
  type Collection,
  collectionByKey,
  findCollection,
  forgetCollection,
  undocumented,
} from './collections.ts'
import type { ArtifactContext } from './context.ts'
import { forgetReads, once } from './request-memo.ts'

/** A version as a member of a collection: its own sequence, or a portfolio that it is linked to. */
export interface Membership extends Versioned {
  readonly collection: Collection
  readonly artifact: Artifact
  readonly createdAt: number
}

/** A link, as stored in the project of its portfolio: `artifact-member/<key of the portfolio>/<uid>`. */
interface Link {
  /** Id of the artifact. */
  readonly artifact: string
  readonly version: number
  readonly aliases: Readonly<Record<string, number>>
  readonly createdAt: number
}

const linkName = (key: string, uid: string): string => `artifact-member/${key}/${uid}`

/** The members of a collection, ascending by version. */
export function membersOf(ctx: ArtifactContext, collection: Collection): Promise<readonly Membership[]> {
  const { entity, project, key } = collection
  return once(ctx, `members ${entity}/${project}/${key}`, async () => {
    if (collection.kind === 'sequence')
      return (await committed(ctx, collection, key)).map((artifact) => memberOf(collection, artifact))
    const documents = await ctx.deps.store.listDocuments(collection, linkName(key, ''))
    const links = documents.map(({ text }) => JSON.parse(text) as Link)
    const members = await mapInParallel(links, async (link) => {
      const artifact = await presentArtifact(ctx, link.artifact)
      return artifact && linked(collection, artifact, link)
    })
    return members.filter((member) => member !== undefined).sort((a, b) => a.version - b.version)
  })
}

/** In the sequence that it was logged to. */
export const memberOf = (collection: Collection, artifact: Artifact): Membership => ({
  collection,
  artifact,
  uid: artifact.uid,
  digest: artifact.digest,
  version: artifact.version!,
  aliases: artifact.aliases,
  createdAt: artifact.createdAt,
})

const linked = (collection: Collection, artifact: Artifact, link: Link): Membership => ({
  ...memberOf(collection, artifact),
  version: link.version,
  aliases: link.aliases,
  createdAt: link.createdAt,
})

/** The collection that holds what runs logged under the artifact's name. */
export async function sequenceOf(ctx: ArtifactContext, artifact: Artifact): Promise<Collection> {
  return (
    (await collectionByKey(ctx, artifact, artifact.collection)) ??
    undocumented(artifact, artifact.collection, artifact)
  )
}

/** The artifact in its own sequence first, then in the portfolios that it is linked to. */
export async function membershipsOf(
  ctx: ArtifactContext,
  artifact: Artifact,
): Promise<readonly Membership[]> {
  const own = await sequenceOf(ctx, artifact)
  const members = await mapInParallel(artifact.links ?? [], async (link) => {
    const collection = await collectionByKey(ctx, link, link.collection)
    const all = collection ? await membersOf(ctx, collection) : []
    return all.find(({ uid }) => uid === artifact.uid)
  })
  const source = artifact.version === undefined ? [] : [memberOf(own, artifact)]
  return [...source, ...members.filter((member) => member !== undefined)]
}

/** `name`, `name:v3`, `name:alias`. */
export async function findMember(
  ctx: ArtifactContext,
  project: ProjectKey,
  path: string,
  alias?: string | null,
): Promise<Membership | undefined> {
  const [name = '', given] = path.split('/').at(-1)!.split(':')
  if (name === '') return undefined
  const collection = await findCollection(ctx, project, name)
  return collection && versionOf(await membersOf(ctx, collection), alias || given || 'latest')
}

/** Links an artifact to a portfolio; a linked one gets the aliases only. */
export async function link(
  ctx: ArtifactContext,
  portfolio: Collection,
  artifact: Artifact,
  aliases: readonly string[],
): Promise<Membership> {
  if (artifact.version === undefined)
    throw new Problem(
      'invalid',
      'draft-artifact',
      'the artifact is not committed yet; wait for it, then link it',
    )
  const given = Object.fromEntries(['latest', ...aliases].map((alias) => [alias, ctx.deps.clock.now()]))
  const name = linkName(portfolio.key, artifact.uid)
  // The portfolio lists the link before the artifact does: a link that only the artifact knows is left out.
  const version =
    (await ctx.deps.store.getDocument(portfolio, name)) === undefined
      ? await nextVersion(ctx, portfolio, artifact.uid)
      : 0
  const made = await changeLink(ctx, portfolio, artifact.uid, (before) => ({
    artifact: artifactId(artifact),
    version: before?.version ?? version,
    createdAt: before?.createdAt ?? ctx.deps.clock.now(),
    aliases: { ...before?.aliases, ...given },
  }))
  const { entity, project, key: collection } = portfolio
  const same = (other: ProjectKey & { collection: string }) =>
    other.entity === entity && other.project === project && other.collection === collection
  const saved = artifact.links?.some(same)
    ? artifact
    : await changeArtifact(ctx, artifactId(artifact), (before) => ({
        ...before,
        links: [...(before.links ?? []).filter((other) => !same(other)), { entity, project, collection }],
      }))
  return linked(portfolio, saved, made)
}

const TRIES = 20

/** Changes or makes a link; undefined leaves it as it is. */
async function changeLink(
  ctx: ArtifactContext,
  portfolio: Collection,
  uid: string,
  change: (before: Link | undefined) => Link,
): Promise<Link> {
  const name = linkName(portfolio.key, uid)
  for (let attempt = 0; attempt < TRIES; attempt++) {
    forgetReads(ctx)
    const before = await ctx.deps.store.getDocument(portfolio, name)
    const next = change(before && (JSON.parse(before.text) as Link))
    const rev = (before?.rev ?? 0) + 1
    if (await ctx.deps.store.putDocument(portfolio, { name, text: JSON.stringify(next), rev })) return next
  }
  throw busy()
}

/** Claims the next version of a collection for an artifact. Versions are never given out twice, also after a deletion. */
export async function nextVersion(
  ctx: ArtifactContext,
  collection: Collection,
  uid: string,
): Promise<number> {
  const members = await membersOf(ctx, collection)
  for (let version = (members.at(-1)?.version ?? -1) + 1; ; version++) {
    const name = `artifact-version/${collection.key}/${version}`
    const claimed = await ctx.deps.store.putDocument(collection, { name, text: uid, rev: 1 })
    if (claimed || (await ctx.deps.store.getDocument(collection, name))?.text === uid) return version
  }
}

export async function unlink(ctx: ArtifactContext, portfolio: Collection, artifact: Artifact): Promise<void> {
  forgetReads(ctx)
  await ctx.deps.store.deleteDocument(portfolio, linkName(portfolio.key, artifact.uid))
  await changeArtifact(ctx, artifactId(artifact), (before) => ({
    ...before,
    links: (before.links ?? []).filter(
      ({ project, collection }) => project !== portfolio.project || collection !== portfolio.key,
    ),
  }))
}

/** Changes the aliases that an artifact has in one collection. */
export async function changeAliases(
  ctx: ArtifactContext,
  collection: Collection,
  artifact: Artifact,
  change: (aliases: Artifact['aliases']) => Artifact['aliases'],
): Promise<void> {
  if (collection.kind === 'sequence') {
    if (collection.key !== artifact.collection || collection.project !== artifact.project)
      throw new Problem('invalid', 'not-a-member', `the artifact is not in ${collection.name}`)
    await changeArtifact(ctx, artifactId(artifact), (before) => ({
      ...before,
      aliases: change(before.aliases),
    }))
    return
  }
  await changeLink(ctx, collection, artifact.uid, (before) => {
    if (before) return { ...before, aliases: change(before.aliases) }
    throw new Problem('invalid', 'not-a-member', `the artifact is not linked to ${collection.name}`)
  })
}

/** Deletes a version and its links. Its files may belong to other versions as well, so they stay. */
export async function deleteVersion(ctx: ArtifactContext, artifact: Artifact): Promise<void> {
  for (const { collection, ...project } of artifact.links ?? [])
    await ctx.deps.store.deleteDocument(project, linkName(collection, artifact.uid))
  await forgetArtifact(ctx, artifact)
}

/** Deletes a sequence with its versions, or a portfolio with its links. */
export async function deleteCollection(ctx: ArtifactContext, collection: Collection): Promise<void> {
  for (const { artifact } of await membersOf(ctx, collection))
    await (collection.kind === 'sequence' ? deleteVersion(ctx, artifact) : unlink(ctx, collection, artifact))
  await forgetCollection(ctx, collection)
}

/** Deletes a version; one with aliases only if they go too. */
export async function removeVersion(
  ctx: ArtifactContext,
  artifact: Artifact,
  withAliases: boolean,
): Promise<void> {
  const aliases: string[] = []
  if (!withAliases)
    for (const { collection, uid } of await membershipsOf(ctx, artifact))
      aliases.push(...aliasesOf(await membersOf(ctx, collection), uid))
  if (aliases.length > 0)
    throw new Problem(
      'conflict',
      'artifact-has-aliases',
      `the artifact has the aliases ${aliases.join(', ')}; remove them, or delete it with them: artifact.delete(delete_aliases=True), ?aliases=delete`,
    )
  await deleteVersion(ctx, artifact)
}
