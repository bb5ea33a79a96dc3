import type { ProjectKey, RunKey } from '@chimney/core/schema/names'
import {
  type Artifact,
  aliasesOf,
  artifactById,
  artifactId,
  committed,
  entriesOf,
  hexOf,
  type ManifestEntry,
  versionOf,
} from '../artifacts.ts'
import { connectionOf, type PageArgs } from '../connection.ts'
import { type DoorRequest, timeOf } from '../door-request.ts'
import { globalId } from '../global-id.ts'
import { downloadUrl, mimeOf } from '../run-files.ts'
import { projectObject } from './project-object.ts'
import { runObject } from './run-object.ts'
import { userObject } from './viewer-object.ts'

type Name = string | null | undefined

/** GraphQL `Artifact`. */
export function artifactObject(door: DoorRequest, artifact: Artifact) {
  const project = { entity: artifact.entity, project: artifact.project }
  const versions = () => committed(door, project, artifact.collection)
  const sequence = collectionObject(door, project, artifact.collection, artifact.type)
  const aliases = async () =>
    aliasesOf(await versions(), artifact).map((alias) => aliasObject(alias, sequence))
  return {
    __typename: 'Artifact',
    id: artifactId(artifact),
    digest: artifact.digest,
    digestAlgorithm: 'MANIFEST_MD5',
    state: artifact.version === undefined ? 'PENDING' : 'COMMITTED',
    size: artifact.size,
    fileCount: artifact.fileCount,
    versionIndex: artifact.version ?? null,
    commitHash: artifact.uid,
    description: artifact.description ?? null,
    metadata: artifact.metadata ?? '{}',
    createdAt: timeOf(artifact.createdAt),
    updatedAt: timeOf(artifact.createdAt),
    labels: '{}',
    ttlDurationSeconds: -2,
    ttlIsInherited: true,
    historyStep: null,
    isLink: false,
    aliases,
    tags: artifact.tags.map((name) => ({ __typename: 'Tag', id: name, name })),
    artifactType: typeObject(door, project, artifact.type),
    artifactSequence: sequence,
    artifactCollections: () =>
      connectionOf(
        [sequence],
        {},
        ({ name }) => name,
        (node) => node,
      ),
    artifactMemberships: () =>
      connectionOf(
        [artifact],
        {},
        ({ uid }) => uid,
        (node) => membershipObject(door, node),
      ),
    currentManifest: artifact.manifest
      ? {
          id: globalId('ArtifactManifest', artifactId(artifact), artifact.manifest),
          digest: artifact.digest,
          file: {
            id: artifactId(artifact),
            name: 'manifest.json',
            directUrl: () => downloadUrl(door, artifact.manifest!),
            url: () => downloadUrl(door, artifact.manifest!),
          },
        }
      : null,
    createdBy: async () => {
      const run =
        artifact.run === undefined
          ? undefined
          : await door.deps.store.getRun({ ...project, run: artifact.run })
      return run ? { __typename: 'Run', ...runObject(door, run) } : userObject(door)
    },
    usedBy: () => usersOf(door, artifact),
    files: (args: FilesArgs) => filesOf(door, artifact, args),
    filesByManifestEntries: async ({
      entries,
    }: {
      entries?: readonly { name?: string | null; digest?: string | null }[] | null
    }) => {
      const wanted = (entries ?? []).map(({ name, digest }) => ({
        name: name ?? '',
        digest: digest ?? '',
        size: 0,
      }))
      const known = new Map((await entriesOf(door, artifact)).map((entry) => [entry.name, entry]))
      return connectionOf(
        wanted,
        {},
        ({ name }) => name,
        (entry) => fileObject(door, artifact, known.get(entry.name) ?? entry),
      )
    },
  }
}

interface FilesArgs extends PageArgs {
  readonly names?: readonly string[] | null
}

async function filesOf(door: DoorRequest, artifact: Artifact, { names, ...page }: FilesArgs) {
  const all = await entriesOf(door, artifact)
  const chosen = names && names.length > 0 ? all.filter(({ name }) => names.includes(name)) : all
  const files = connectionOf(
    chosen,
    page,
    ({ name }) => name,
    (entry) => fileObject(door, artifact, entry),
  )
  return { ...files, totalCount: chosen.length }
}

const fileObject = (door: DoorRequest, artifact: Artifact, entry: ManifestEntry) => {
  const url = () => (entry.key ? downloadUrl(door, entry.key) : null)
  return {
    __typename: 'File',
    id: globalId('File', artifactId(artifact), entry.name),
    name: entry.name,
    displayName: entry.name,
    url,
    directUrl: url,
    sizeBytes: entry.size,
    storagePath: entry.key ?? null,
    mimetype: mimeOf(entry.name),
    updatedAt: timeOf(artifact.createdAt),
    digest: entry.digest,
    md5: entry.key ? hexOf(entry.digest) : null,
  }
}

const aliasObject = (alias: string, artifactCollection: object) => ({
  __typename: 'ArtifactAlias',
  id: alias,
  alias,
  artifactCollection,
})

function membershipObject(door: DoorRequest, artifact: Artifact) {
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

function typeObject(door: DoorRequest, project: ProjectKey, name: string) {
  return {
    __typename: 'ArtifactType',
    id: globalId('ArtifactCollection', project.entity, project.project, 'type', name),
    name,
    description: null,
    createdAt: null,
    artifactCollections: async (page: PageArgs) => {
      const names = [
        ...new Set(
          (await committed(door, project))
            .filter(({ type }) => type === name)
            .map(({ collection }) => collection),
        ),
      ]
      return {
        ...connectionOf(
          names,
          page,
          (text) => text,
          (text) => collectionObject(door, project, text, name),
        ),
        totalCount: names.length,
      }
    },
    artifactCollection: ({ name: collection }: { name?: Name }) => collectionOf(door, project, collection),
    artifact: ({ name: path }: { name?: Name }) => artifactOf(door, project, path),
  }
}

function collectionObject(door: DoorRequest, project: ProjectKey, name: string, type: string) {
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
      return { ...found, edges, totalCount: all.length }
    },
    artifactMembership: async ({ aliasName }: { aliasName?: Name }) => {
      const found = versionOf(await versions(), aliasName || 'latest')
      return found ? membershipObject(door, found) : null
    },
    artifactMemberships: async (page: PageArgs) => {
      const all = (await versions()).toReversed()
      return {
        ...connectionOf(
          all,
          page,
          ({ uid }) => uid,
          (artifact) => membershipObject(door, artifact),
        ),
        totalCount: all.length,
      }
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

export async function artifactTypeObject(door: DoorRequest, project: ProjectKey, name: Name) {
  const known = name ? (await committed(door, project)).some(({ type }) => type === name) : false
  return known ? typeObject(door, project, name!) : null
}

export async function artifactTypes(door: DoorRequest, project: ProjectKey, page: PageArgs) {
  const names = [...new Set((await committed(door, project)).map(({ type }) => type))].sort()
  return {
    ...connectionOf(
      names,
      page,
      (name) => name,
      (name) => typeObject(door, project, name),
    ),
    totalCount: names.length,
  }
}

export async function logged(door: DoorRequest, run: RunKey, page: PageArgs) {
  const mine = (await committed(door, run)).filter((artifact) => artifact.run === run.run)
  return {
    ...connectionOf(
      mine,
      page,
      ({ uid }) => uid,
      (artifact) => artifactObject(door, artifact),
    ),
    totalCount: mine.length,
  }
}

/** What a run has used, one document each: `artifact-use/<run>/<artifact id>`. */
export async function used(door: DoorRequest, run: RunKey, page: PageArgs) {
  const documents = await door.deps.store.listDocuments(run, `artifact-use/${run.run}/`)
  const found = await Promise.all(
    documents.map(({ text }) => artifactById(door, text).catch(() => undefined)),
  )
  const artifacts = found.filter((artifact) => artifact !== undefined)
  return {
    ...connectionOf(
      artifacts,
      page,
      ({ uid }) => uid,
      (artifact) => artifactObject(door, artifact),
    ),
    totalCount: artifacts.length,
  }
}

async function usersOf(door: DoorRequest, artifact: Artifact) {
  const project = { entity: artifact.entity, project: artifact.project }
  const id = artifactId(artifact)
  const uses = (await door.deps.store.listDocuments(project, 'artifact-use/')).filter(
    ({ text }) => text === id,
  )
  const keys = uses.map(({ name }) => ({ ...project, run: name.split('/')[1]! }))
  const runs = (await door.deps.store.getRuns(keys)).filter((run) => run !== undefined)
  return connectionOf(
    runs,
    {},
    ({ record }) => record.key.run,
    (run) => runObject(door, run),
  )
}
