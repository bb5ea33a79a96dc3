import type { ProjectKey } from '@chimney/core/schema/names'
import { aliasesOf, versionOf } from '../../artifacts/artifacts.ts'
import {
  type Collection,
  collectionByKey,
  collectionId,
  findCollection,
  listCollections,
} from '../../artifacts/collections.ts'
import { findMember, type Membership, membersOf } from '../../artifacts/memberships.ts'
import { globalId, partsOf } from '../../global-id.ts'
import { ownEntity } from '../../own-entity.ts'
import { collectionFields, findMembers, type Question, selected } from '../artifacts/find-artifacts.ts'
import { connectionOf, type PageArgs } from '../graphql/connection.ts'
import { timeOf } from '../graphql/context.ts'
import { aliasObject } from './alias-object.ts'
import { aliasObjects, artifactObject, type FilesArgs, filesOf } from './artifact-object.ts'
import type { ObjectContext } from './links.ts'

type Name = string | null | undefined

/** GraphQL `ArtifactCollectionMembership`: a version as a member of a collection. */
export function membershipObject(ctx: ObjectContext, member: Membership) {
  return {
    __typename: 'ArtifactCollectionMembership',
    id: globalId('ArtifactCollection', 'membership', collectionId(member.collection), member.uid),
    versionIndex: member.version,
    createdAt: timeOf(member.createdAt),
    aliases: () => aliasObjects(ctx, member),
    artifactCollection: () => collectionObject(ctx, member.collection),
    artifact: () => artifactObject(ctx, member.artifact),
    files: (args: FilesArgs) => filesOf(ctx, member.artifact, args),
  }
}

/** GraphQL `ArtifactType`. */
export function typeObject(ctx: ObjectContext, project: ProjectKey, name: string) {
  const collections = async () => (await listCollections(ctx, project)).filter(({ type }) => type === name)
  return {
    __typename: 'ArtifactType',
    id: globalId('ArtifactCollection', project.entity, project.project, 'type', name),
    name,
    description: null,
    createdAt: async () => {
      const made = (await collections()).map(({ createdAt }) => createdAt)
      return timeOf(Math.min(...made, ctx.deps.clock.now()))
    },
    artifactCollections: async ({ name: only, ...args }: CollectionsArgs & { name?: Name }) => {
      const all = (await collections()).filter((collection) => !only || collection.name === only)
      return collectionPage(ctx, all, args)
    },
    artifactCollection: async ({ name: collection }: { name?: Name }) => {
      const found = collection ? await findCollection(ctx, project, collection) : undefined
      return found?.type === name ? collectionObject(ctx, found) : null
    },
    artifact: ({ name: path }: { name?: Name }) => artifactOf(ctx, project, path),
  }
}

export type CollectionsArgs = PageArgs & Question

const collectionPage = (
  ctx: ObjectContext,
  all: readonly Collection[],
  { filters, order, ...page }: CollectionsArgs,
) =>
  connectionOf(
    selected(all, { filters: filters ?? null, order: order ?? null }, collectionFields),
    page,
    ({ key }) => key,
    (collection) => collectionObject(ctx, collection),
  )

export const collectionsOf = async (ctx: ObjectContext, project: ProjectKey, args: CollectionsArgs) =>
  collectionPage(ctx, await listCollections(ctx, project), args)

/** GraphQL `ArtifactSequence` or `ArtifactPortfolio`. */
export function collectionObject(ctx: ObjectContext, collection: Collection) {
  const { name, type, kind } = collection
  const project = { entity: collection.entity, project: collection.project }
  const members = () => membersOf(ctx, collection)
  return {
    __typename: kind === 'sequence' ? 'ArtifactSequence' : 'ArtifactPortfolio',
    id: collectionId(collection),
    name,
    description: collection.description ?? null,
    state: 'READY',
    createdAt: timeOf(collection.createdAt),
    updatedAt: timeOf(collection.updatedAt),
    project: () => ctx.links.project(ctx, project),
    type: () => typeObject(ctx, project, type),
    defaultArtifactType: () => typeObject(ctx, project, type),
    tags: { edges: collection.tags.map((tag) => ({ node: { __typename: 'Tag', id: tag, name: tag } })) },
    aliases: async (page: PageArgs) => {
      const all = await members()
      const names = [...new Set(all.flatMap(({ uid }) => aliasesOf(all, uid)))]
      return connectionOf(
        names,
        page,
        (alias) => alias,
        (alias) => aliasObject(alias, name, { name }),
      )
    },
    latestArtifact: async (): Promise<object | null> => {
      const latest = versionOf(await members(), 'latest')
      return latest ? artifactObject(ctx, latest.artifact) : null
    },
    artifacts: async ({ filters, order, ...page }: CollectionsArgs): Promise<object> => {
      const found = connectionOf<Membership, Membership>(
        await findMembers(ctx, collection, { filters: filters ?? null, order: order ?? null }),
        page,
        ({ uid }) => uid,
        (member) => member,
      )
      const edges = found.edges.map(({ node, cursor }) => ({
        version: `v${node.version}`,
        cursor,
        node: artifactObject(ctx, node.artifact),
      }))
      return { ...found, edges }
    },
    artifactMembership: async ({ aliasName }: { aliasName?: Name }) => {
      const found = versionOf(await members(), aliasName || 'latest')
      return found ? membershipObject(ctx, found) : null
    },
    artifactMemberships: async (page: PageArgs) =>
      connectionOf(
        (await members()).toReversed(),
        page,
        ({ uid }) => uid,
        (member) => membershipObject(ctx, member),
      ),
  }
}

export async function artifactOf(ctx: ObjectContext, project: ProjectKey, path: Name) {
  const found = path ? await findMember(ctx, project, path) : undefined
  return found ? artifactObject(ctx, found.artifact) : null
}

export async function membershipOf(ctx: ObjectContext, project: ProjectKey, path: Name, alias: Name) {
  const found = path ? await findMember(ctx, project, path, alias) : undefined
  return found ? membershipObject(ctx, found) : null
}

export async function collectionOf(ctx: ObjectContext, project: ProjectKey, name: Name) {
  const found = name ? await findCollection(ctx, project, name) : undefined
  return found ? collectionObject(ctx, found) : null
}

export async function collectionById(ctx: ObjectContext, id: string) {
  const [entity, project, key] = partsOf('ArtifactCollection', 3, id) as [string, string, string]
  ownEntity(ctx, entity)
  const found = await collectionByKey(ctx, { entity, project }, key)
  return found ? collectionObject(ctx, found) : null
}

const typesOf = async (ctx: ObjectContext, project: ProjectKey): Promise<readonly string[]> =>
  [...new Set((await listCollections(ctx, project)).map(({ type }) => type))].sort()

export async function artifactTypeObject(ctx: ObjectContext, project: ProjectKey, name: Name) {
  const known = name ? (await typesOf(ctx, project)).includes(name) : false
  return known ? typeObject(ctx, project, name!) : null
}

/** `more`: types that are allowed, though no collection has them yet. */
export async function artifactTypes(
  ctx: ObjectContext,
  project: ProjectKey,
  page: PageArgs,
  more: readonly string[],
) {
  return connectionOf(
    [...new Set([...(await typesOf(ctx, project)), ...more])].sort(),
    page,
    (name) => name,
    (name) => typeObject(ctx, project, name),
  )
}
