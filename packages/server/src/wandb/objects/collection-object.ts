import type { ProjectKey } from '@chimney/core/schema/names'
import { type Artifact, aliasesOf, artifactId, committed, versionOf } from '../artifacts/artifacts.ts'
import { connectionOf, type PageArgs } from '../graphql/connection.ts'
import { globalId, partsOf } from '../graphql/global-id.ts'
import { type DoorRequest, ownEntity, timeOf } from '../graphql/request.ts'
import { artifactObject, type FilesArgs, filesOf } from './artifact-object.ts'
import { projectObject } from './project-object.ts'

type Name = string | null | undefined

/** GraphQL `ArtifactAlias`. */
export const aliasObject = (alias: string, artifactCollection: object) => ({
  __typename: 'ArtifactAlias',
  id: alias,
  alias,
  artifactCollection,
})

/** GraphQL `ArtifactCollectionMembership`: a version as a member of its collection. */
export function membershipObject(door: DoorRequest, artifact: Artifact) {
  const object = artifactObject(door, artifact)
  return {
    __typename: 'ArtifactCollectionMembership',
    id: globalId('Artifact', 'membership', artifactId(artifact)),
    versionIndex: artifact.version ?? null,
    createdAt: timeOf(artifact.createdAt),
    aliases: object.aliases,
    artifactCollection: object.artifactSequence,
    artifact: object,
    files: (args: FilesArgs) => filesOf(door, artifact, args),
  }
}

/** GraphQL `ArtifactType`. */
export function typeObject(door: DoorRequest, project: ProjectKey, name: string) {
  return {
    __typename: 'ArtifactType',
    id: globalId('ArtifactCollection', project.entity, project.project, 'type', name),
    name,
    description: null,
    createdAt: async () => {
      const made = (await committed(door, project))
        .filter(({ type }) => type === name)
        .map(({ createdAt }) => createdAt)
      return timeOf(Math.min(...made, door.deps.clock.now()))
    },
    artifactCollections: async (page: PageArgs) => {
      const names = [
        ...new Set(
          (await committed(door, project))
            .filter(({ type }) => type === name)
            .map(({ collection }) => collection),
        ),
      ]
      return connectionOf(
        names,
        page,
        (text) => text,
        (text) => collectionObject(door, project, text, name),
      )
    },
    artifactCollection: ({ name: collection }: { name?: Name }) => collectionOf(door, project, collection),
    artifact: ({ name: path }: { name?: Name }) => artifactOf(door, project, path),
  }
}

/** GraphQL `ArtifactSequence`: all versions of one name. */
export function collectionObject(door: DoorRequest, project: ProjectKey, name: string, type: string) {
  const versions = () => committed(door, project, name)
  const object = {
    __typename: 'ArtifactSequence',
    id: globalId('ArtifactCollection', project.entity, project.project, name),
    name,
    description: null,
    state: 'READY',
    createdAt: async () => timeOf((await versions())[0]?.createdAt ?? 0),
    updatedAt: async () => timeOf((await versions()).at(-1)?.createdAt ?? 0),
    project: () => projectObject(door, project),
    type: () => typeObject(door, project, type),
    defaultArtifactType: () => typeObject(door, project, type),
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
        node: artifactObject(door, node),
      }))
      return { ...found, edges }
    },
    artifactMembership: async ({ aliasName }: { aliasName?: Name }) => {
      const found = versionOf(await versions(), aliasName || 'latest')
      return found ? membershipObject(door, found) : null
    },
    artifactMemberships: async (page: PageArgs) => {
      const all = (await versions()).toReversed()
      return connectionOf(
        all,
        page,
        ({ uid }) => uid,
        (artifact) => membershipObject(door, artifact),
      )
    },
  }
  return object
}

/** `name`, `name:v3`, `name:alias`, maybe behind `entity/project/`. */
async function find(
  door: DoorRequest,
  project: ProjectKey,
  path: Name,
  alias?: Name,
): Promise<Artifact | undefined> {
  const [name, given] = (path ?? '').split('/').at(-1)!.split(':')
  return name ? versionOf(await committed(door, project, name), alias || given || 'latest') : undefined
}

export async function artifactOf(door: DoorRequest, project: ProjectKey, path: Name) {
  const found = await find(door, project, path)
  return found ? artifactObject(door, found) : null
}

export async function membershipOf(door: DoorRequest, project: ProjectKey, path: Name, alias: Name) {
  const found = await find(door, project, path, alias)
  return found ? membershipObject(door, found) : null
}

export async function collectionOf(door: DoorRequest, project: ProjectKey, name: Name) {
  const [first] = name ? await committed(door, project, name) : []
  return first ? collectionObject(door, project, first.collection, first.type) : null
}

export async function collectionById(door: DoorRequest, id: string) {
  const [entity, project, name] = partsOf('ArtifactCollection', 3, id) as [string, string, string]
  ownEntity(door, entity)
  return collectionOf(door, { entity, project }, name)
}

export async function artifactTypeObject(door: DoorRequest, project: ProjectKey, name: Name) {
  const known = name ? (await committed(door, project)).some(({ type }) => type === name) : false
  return known ? typeObject(door, project, name!) : null
}

export async function artifactTypes(door: DoorRequest, project: ProjectKey, page: PageArgs) {
  const names = [...new Set((await committed(door, project)).map(({ type }) => type))].sort()
  return connectionOf(
    names,
    page,
    (name) => name,
    (name) => typeObject(door, project, name),
  )
}
