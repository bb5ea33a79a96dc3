import type { ProjectKey } from '@chimney/core/schema/names'
import { Problem } from '@chimney/core/schema/problem'
import { artifactById } from '../../artifacts/artifacts.ts'
import { idOfClient } from '../../artifacts/client-ids.ts'
import {
  type Collection,
  changeCollection,
  collectionByKey,
  ensureCollection,
  mustFind,
} from '../../artifacts/collections.ts'
import { deleteCollection, link, sequenceOf, unlink } from '../../artifacts/memberships.ts'
import { checkType } from '../../artifacts/registries.ts'
import { partsOf } from '../../global-id.ts'
import { ownEntity } from '../../own-entity.ts'
import { type CompleteMultipart, completeMultipart } from '../artifacts/multipart.ts'
import { plainTags, type TagInput } from '../artifacts/tags.ts'
import { projectKeyOf, type WandbContext } from '../graphql/context.ts'
import { collectionObject, membershipObject } from '../objects/collection-object.ts'
import type { ObjectContext } from '../objects/links.ts'

type Input<T> = { readonly input: T }
type Text = string | null | undefined

/** Links of artifacts, and changes of collections. */
export function collectionMutations(ctx: ObjectContext) {
  const changed = async (
    id: string,
    kind: Collection['kind'],
    change: (before: Collection) => Collection,
  ) => {
    const { entity, project, key } = await collectionOfId(ctx, id, kind)
    const collection = await changeCollection(ctx, { entity, project }, key, change)
    return { artifactCollection: collectionObject(ctx, collection) }
  }
  const deleted = async (id: string, kind: Collection['kind']) => {
    const collection = await collectionOfId(ctx, id, kind)
    const object = collectionObject(ctx, collection)
    await deleteCollection(ctx, collection)
    return { artifactCollection: { ...object, state: 'DELETED' } }
  }
  return {
    linkArtifact: async ({ input }: Input<LinkArtifact>) => {
      const member = await linkArtifact(ctx, input)
      return { versionIndex: member.version, artifactMembership: membershipObject(ctx, member) }
    },
    unlinkArtifact: async ({ input }: Input<{ artifactID: string; artifactPortfolioID: string }>) => {
      const artifact = await artifactById(ctx, input.artifactID)
      await unlink(ctx, await collectionOfId(ctx, input.artifactPortfolioID, 'portfolio'), artifact)
      return { success: true }
    },
    updateArtifactSequence: ({ input }: Input<Update & { artifactSequenceID: string }>) =>
      changed(input.artifactSequenceID, 'sequence', updated(input)),
    updateArtifactPortfolio: ({ input }: Input<Update & { artifactPortfolioID: string }>) =>
      changed(input.artifactPortfolioID, 'portfolio', updated(input)),
    moveArtifactSequence: ({ input }: Input<MoveSequence>) =>
      changed(input.artifactSequenceID, 'sequence', (before) => ({
        ...before,
        type: input.destinationArtifactTypeName,
      })),
    deleteArtifactSequence: ({ input }: Input<{ artifactSequenceID: string }>) =>
      deleted(input.artifactSequenceID, 'sequence'),
    deleteArtifactPortfolio: ({ input }: Input<{ artifactPortfolioID: string }>) =>
      deleted(input.artifactPortfolioID, 'portfolio'),
    createArtifactCollectionTagAssignments: async ({ input }: Input<Tags>) => {
      const { tags } = await tagged(ctx, input, (before, given) => [...new Set([...before, ...given])])
      const named = new Set(plainTags(input.tags))
      return {
        tags: tags.filter((tag) => named.has(tag)).map((name) => ({ __typename: 'Tag', id: name, name })),
      }
    },
    deleteArtifactCollectionTagAssignments: async ({ input }: Input<Tags>) => {
      await tagged(ctx, input, (before, given) => before.filter((tag) => !given.includes(tag)))
      return { success: true }
    },
    completeMultipartUploadArtifact: ({ input }: Input<CompleteMultipart>) => completeMultipart(ctx, input),
  }
}

interface LinkArtifact {
  readonly artifactID?: Text
  readonly clientID?: Text
  readonly artifactPortfolioID?: Text
  readonly artifactPortfolioName?: Text
  readonly entityName?: Text
  readonly projectName?: Text
  readonly aliases?: readonly { readonly alias: string; readonly artifactCollectionName?: Text }[] | null
}
interface Update {
  readonly name?: Text
  readonly description?: Text
}
interface MoveSequence {
  readonly artifactSequenceID: string
  readonly destinationArtifactTypeName: string
}
interface Tags {
  readonly entityName?: Text
  readonly projectName?: Text
  readonly artifactCollectionName: string
  readonly tags: readonly TagInput[]
}

const updated =
  ({ name, description }: Update) =>
  (before: Collection): Collection => ({
    ...before,
    ...(name != null && { name }),
    ...(description != null && { description }),
  })

async function collectionOfId(ctx: WandbContext, id: string, kind: Collection['kind']): Promise<Collection> {
  const [entity, project, key] = partsOf('ArtifactCollection', 3, id) as [string, string, string]
  ownEntity(ctx, entity)
  const found = await collectionByKey(ctx, { entity, project }, key)
  if (found?.kind === kind) return found
  throw new Problem('not-found', 'collection-not-found', `there is no ${kind} of artifacts ${key}`)
}

async function linkArtifact(ctx: WandbContext, input: LinkArtifact) {
  const id = input.artifactID || (input.clientID ? await idOfClient(ctx, input.clientID) : undefined)
  if (!id) throw new Problem('not-found', 'artifact-not-found', 'there is no artifact with this client id')
  const artifact = await artifactById(ctx, id)
  const name = input.artifactPortfolioName ?? ''
  const aliases = input.aliases ?? []
  if (aliases.some((alias) => alias.artifactCollectionName && alias.artifactCollectionName !== name))
    throw new Problem(
      'invalid',
      'other-collection',
      `the aliases of a link belong to ${name}, and no other collection`,
    )
  const { type } = await sequenceOf(ctx, artifact)
  const portfolio = input.artifactPortfolioID
    ? await collectionOfId(ctx, input.artifactPortfolioID, 'portfolio')
    : await portfolioNamed(ctx, projectKeyOf(ctx, input.entityName, input.projectName), name, type)
  await checkType(ctx, portfolio, type)
  return link(
    ctx,
    portfolio,
    artifact,
    aliases.map(({ alias }) => alias),
  )
}

async function portfolioNamed(
  ctx: WandbContext,
  project: ProjectKey,
  name: string,
  type: string,
): Promise<Collection> {
  await checkType(ctx, project, type)
  await ctx.deps.store.ensureProject(project, ctx.deps.clock.now())
  return ensureCollection(ctx, project, name, { kind: 'portfolio', type })
}

async function tagged(
  ctx: WandbContext,
  input: Tags,
  change: (before: readonly string[], given: readonly string[]) => readonly string[],
): Promise<Collection> {
  const given = plainTags(input.tags)
  const project = projectKeyOf(ctx, input.entityName, input.projectName)
  const { key } = await mustFind(ctx, project, input.artifactCollectionName)
  return changeCollection(ctx, project, key, (before) => ({
    ...before,
    tags: change(before.tags, given),
  }))
}
