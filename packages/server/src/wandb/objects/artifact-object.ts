import {
  type Artifact,
  aliasesOf,
  artifactId,
  committed,
  entriesOf,
  hexOf,
  type ManifestEntry,
} from '../artifacts/artifacts.ts'
import { downloadUrl, mimeOf } from '../files/run-files.ts'
import { connectionOf, type PageArgs } from '../graphql/connection.ts'
import { globalId } from '../graphql/global-id.ts'
import { type DoorRequest, timeOf } from '../graphql/request.ts'
import { aliasObject, collectionObject, membershipObject, typeObject } from './collection-object.ts'
import { usersOf } from './run-artifacts.ts'
import { runObject } from './run-object.ts'
import { userObject } from './viewer-object.ts'

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

export interface FilesArgs extends PageArgs {
  readonly names?: readonly string[] | null
}

/** A page of the files that an artifact's manifest lists. */
export async function filesOf(door: DoorRequest, artifact: Artifact, { names, ...page }: FilesArgs) {
  const all = await entriesOf(door, artifact)
  const chosen = names && names.length > 0 ? all.filter(({ name }) => names.includes(name)) : all
  return connectionOf(
    chosen,
    page,
    ({ name }) => name,
    (entry) => fileObject(door, artifact, entry),
  )
}

const fileObject = (door: DoorRequest, artifact: Artifact, entry: ManifestEntry) => {
  // What lies elsewhere is referred to: clients do not take null for an address.
  const url = () => (entry.key ? downloadUrl(door, entry.key) : (entry.ref ?? null))
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
