import { downloadUrl } from '../../runs/files/file-urls.ts'
import { mimeOf } from '../../runs/files/run-files.ts'
import {
  type Artifact,
  aliasesOf,
  artifactId,
  committed,
  entriesOf,
  hexOf,
  type ManifestEntry,
} from '../artifacts/artifacts.ts'
import { connectionOf, type PageArgs } from '../graphql/connection.ts'
import { timeOf } from '../graphql/context.ts'
import { globalId } from '../graphql/global-id.ts'
import { aliasObject } from './alias-object.ts'
import type { ObjectContext } from './links.ts'
import { usersOf } from './run-artifacts.ts'
import { userObject } from './viewer-object.ts'

/** GraphQL `Artifact`. */
export function artifactObject(ctx: ObjectContext, artifact: Artifact) {
  const project = { entity: artifact.entity, project: artifact.project }
  const versions = () => committed(ctx, project, artifact.collection)
  const sequence = ctx.links.collection(ctx, project, artifact.collection, artifact.type)
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
    artifactType: ctx.links.artifactType(ctx, project, artifact.type),
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
        (node) => ctx.links.membership(ctx, node),
      ),
    currentManifest: artifact.manifest
      ? {
          id: globalId('ArtifactManifest', artifactId(artifact), artifact.manifest),
          digest: artifact.digest,
          file: {
            id: artifactId(artifact),
            name: 'manifest.json',
            directUrl: () => downloadUrl(ctx, artifact.manifest!),
            url: () => downloadUrl(ctx, artifact.manifest!),
          },
        }
      : null,
    createdBy: async () => {
      const run =
        artifact.run === undefined
          ? undefined
          : await ctx.deps.store.getRun({ ...project, run: artifact.run })
      return run ? { __typename: 'Run', ...ctx.links.run(ctx, run) } : userObject(ctx)
    },
    usedBy: () => usersOf(ctx, artifact),
    files: (args: FilesArgs) => filesOf(ctx, artifact, args),
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
      const known = new Map((await entriesOf(ctx, artifact)).map((entry) => [entry.name, entry]))
      return connectionOf(
        wanted,
        {},
        ({ name }) => name,
        (entry) => fileObject(ctx, artifact, known.get(entry.name) ?? entry),
      )
    },
  }
}

export interface FilesArgs extends PageArgs {
  readonly names?: readonly string[] | null
}

/** A page of the files that an artifact's manifest lists. */
export async function filesOf(ctx: ObjectContext, artifact: Artifact, { names, ...page }: FilesArgs) {
  const all = await entriesOf(ctx, artifact)
  const chosen = names && names.length > 0 ? all.filter(({ name }) => names.includes(name)) : all
  return connectionOf(
    chosen,
    page,
    ({ name }) => name,
    (entry) => fileObject(ctx, artifact, entry),
  )
}

const fileObject = (ctx: ObjectContext, artifact: Artifact, entry: ManifestEntry) => {
  // External references return their own address, since clients reject null.
  const url = () => (entry.key ? downloadUrl(ctx, entry.key) : (entry.ref ?? null))
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
