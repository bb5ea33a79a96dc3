import type { ProjectKey } from '@chimney/core/schema/names'
import { type Artifact, aliasesOf, artifactId, committed, versionOf } from '../artifacts/artifacts.ts'
import { connectionOf, type PageArgs } from '../graphql/connection.ts'
import { ownEntity, timeOf } from '../graphql/context.ts'
import { globalId, partsOf } from '../graphql/global-id.ts'
import { aliasObject } from './alias-object.ts'
import { artifactObject, type FilesArgs, filesOf } from './artifact-object.ts'
import type { ObjectContext } from './links.ts'

type Name = string | null | undefined

/** GraphQL `ArtifactCollectionMembership`: a version as a member of its collection. */
export function membershipObject(ctx: ObjectContext, artifact: Artifact) {
  const object = artifactObject(ctx, artifact)
  return {
    __typename: 'ArtifactCollectionMembership',
    id: globalId('Artifact', 'membership', artifactId(artifact)),
    versionIndex: artifact.version ?? null,
    createdAt: timeOf(artifact.createdAt),
    aliases: object.aliases,
    artifactCollection: object.artifactSequence,
    artifact: object,
    files: (args: FilesArgs) => filesOf(ctx, artifact, args),
  }
}

/** GraphQL `ArtifactType`. */
export function typeObject(ctx: ObjectContext, project: ProjectKey, name: string) {
  return {
    __typename: 'ArtifactType',
    id: globalId('ArtifactCollection', project.entity, project.project, 'type', name),
    name,
    description: null,
    createdAt: async () => {
      const made = (await committed(ctx, project))
        .filter(({ type }) => type === name)
        .map(({ createdAt }) => createdAt)
      return timeOf(Math.min(...made, ctx.deps.clock.now()))
    },
    artifactCollections: async (page: PageArgs) => {
      const names = [
        ...new Set(
          (await committed(ctx, project))
            .filter(({ type }) => type === name)
            .map(({ collection }) => collection),
        ),
      ]
      return connectionOf(
        names,
        page,
        (text) => text,
        (text) => collectionObject(ctx, project, text, name),
      )
    },
    artifactCollection: ({ name: collection }: { name?: Name }) => collectionOf(ctx, project, collection),
    artifact: ({ name: path }: { name?: Name }) => artifactOf(ctx, project, path),
  }
}

/** GraphQL `ArtifactSequence`: all versions of one name. */
export function collectionObject(ctx: ObjectContext, project: ProjectKey, name: string, type: string) {
  const versions = () => committed(ctx, project, name)
  const object = {
    __typename: 'ArtifactSequence',
    id: globalId('ArtifactCollection', project.entity, project.project, name),
    name,
    description: null,
    state: 'READY',
    createdAt: async () => timeOf((await versions())[0]?.createdAt ?? 0),
    updatedAt: async () => timeOf((await versions()).at(-1)?.createdAt ?? 0),
    project: () => ctx.links.project(ctx, project),
    type: () => typeObject(ctx, project, type),
    defaultArtifactType: () => typeObject(ctx, project, type),
    tags: { edges: [] },
    aliases: async (page: PageArgs) => {
      const all = await versions()
      const names = [...new Set(all.flatMap((artifact) => aliasesOf(all, artifact)))]
      return connectionOf(
        names,
        page,
        (alias) => alias,
        (alias) => aliasObject(alias, { name }),
      )
    },
    artifacts: async (page: PageArgs): Promise<object> => {
      const all = (await versions()).toReversed()
      const found = connectionOf<Artifact, Artifact>(
        all,
        page,
        ({ uid }) => uid,
        (artifact) => artifact,
      )
      const edges = found.edges.map(({ node, cursor }) => ({
        version: `v${node.version}`,
        cursor,
        node: artifactObject(ctx, node),
      }))
      return { ...found, edges }
    },
    artifactMembership: async ({ aliasName }: { aliasName?: Name }) => {
      const found = versionOf(await versions(), aliasName || 'latest')
      return found ? membershipObject(ctx, found) : null
    },
    artifactMemberships: async (page: PageArgs) => {
      const all = (await versions()).toReversed()
      return connectionOf(
        all,
        page,
        ({ uid }) => uid,
        (artifact) => membershipObject(ctx, artifact),
      )
    },
  }
  return object
}

/** `name`, `name:v3`, `name:alias`, maybe behind `entity/project/`. */
async function find(
  ctx: ObjectContext,
  project: ProjectKey,
  path: Name,
  alias?: Name,
): Promise<Artifact | undefined> {
  const [name, given] = (path ?? '').split('/').at(-1)!.split(':')
  return name ? versionOf(await committed(ctx, project, name), alias || given || 'latest') : undefined
}

export async function artifactOf(ctx: ObjectContext, project: ProjectKey, path: Name) {
  const found = await find(ctx, project, path)
  return found ? artifactObject(ctx, found) : null
}

export async function membershipOf(ctx: ObjectContext, project: ProjectKey, path: Name, alias: Name) {
  const found = await find(ctx, project, path, alias)
  return found ? membershipObject(ctx, found) : null
}

export async function collectionOf(ctx: ObjectContext, project: ProjectKey, name: Name) {
  const [first] = name ? await committed(ctx, project, name) : []
  return first ? collectionObject(ctx, project, first.collection, first.type) : null
}

export async function collectionById(ctx: ObjectContext, id: string) {
  const [entity, project, name] = partsOf('ArtifactCollection', 3, id) as [string, string, string]
  ownEntity(ctx, entity)
  return collectionOf(ctx, { entity, project }, name)
}

export async function artifactTypeObject(ctx: ObjectContext, project: ProjectKey, name: Name) {
  const known = name ? (await committed(ctx, project)).some(({ type }) => type === name) : false
  return known ? typeObject(ctx, project, name!) : null
}

export async function artifactTypes(ctx: ObjectContext, project: ProjectKey, page: PageArgs) {
  const names = [...new Set((await committed(ctx, project)).map(({ type }) => type))].sort()
  return connectionOf(
    names,
    page,
    (name) => name,
    (name) => typeObject(ctx, project, name),
  )
}
