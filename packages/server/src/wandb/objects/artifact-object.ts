import { type Artifact, aliasesOf, artifactId } from '../../artifacts/artifacts.ts'
import { entriesOf, hexOf, type ManifestEntry } from '../../artifacts/manifests.ts'
import { type Membership, membershipsOf, membersOf, sequenceOf } from '../../artifacts/memberships.ts'
import { globalId } from '../../global-id.ts'
import { downloadUrl } from '../../runs/files/file-urls.ts'
import { mimeOf } from '../../runs/files/run-files.ts'
import { connectionOf, type PageArgs } from '../graphql/connection.ts'
import { timeOf } from '../graphql/context.ts'
import { aliasObject } from './alias-object.ts'
import type { ObjectContext } from './links.ts'
import { runsUsing } from './run-artifacts.ts'
import { userObject } from './viewer-object.ts'

/** GraphQL `Artifact`. */
export function artifactObject(ctx: ObjectContext, artifact: Artifact) {
  const project = { entity: artifact.entity, project: artifact.project }
  const sequence = async () => ctx.links.collection(ctx, await sequenceOf(ctx, artifact))
  const memberships = () => membershipsOf(ctx, artifact)
  const manifest = artifact.manifest
  return {
    __typename: 'Artifact',
    id: artifactId(artifact),
    digest: artifact.digest,
    digestAlgorithm: artifact.digestAlgorithm ?? 'MANIFEST_MD5',
    state: artifact.version === undefined ? 'PENDING' : 'COMMITTED',
    size: artifact.size,
    fileCount: artifact.fileCount,
    versionIndex: artifact.version ?? null,
    commitHash: artifact.uid,
    description: artifact.description ?? null,
    metadata: artifact.metadata ?? '{}',
    createdAt: timeOf(artifact.createdAt),
    updatedAt: timeOf(artifact.updatedAt ?? artifact.createdAt),
    labels: '{}',
    ttlDurationSeconds: artifact.ttlSeconds ?? -2,
    ttlIsInherited: artifact.ttlSeconds === undefined || artifact.ttlSeconds === -2,
    historyStep: artifact.historyStep ?? null,
    isLink: false,
    aliases: async () =>
      (await Promise.all((await memberships()).map((member) => withVersion(ctx, member)))).flat(),
    tags: artifact.tags.map((name) => ({ __typename: 'Tag', id: name, name })),
    artifactType: async () => ctx.links.artifactType(ctx, project, (await sequenceOf(ctx, artifact)).type),
    artifactSequence: sequence,
    artifactCollections: async (page: PageArgs) =>
      connectionOf(
        await memberships(),
        page,
        ({ collection }) => collection.key,
        ({ collection }) => ctx.links.collection(ctx, collection),
      ),
    artifactMemberships: async (page: PageArgs) =>
      connectionOf(
        await memberships(),
        page,
        ({ collection }) => collection.key,
        (member) => ctx.links.membership(ctx, member),
      ),
    currentManifest:
      manifest === undefined
        ? null
        : {
            id: globalId('ArtifactManifest', artifactId(artifact), manifest),
            digest: artifact.digest,
            file: {
              id: artifactId(artifact),
              name: 'manifest.json',
              directUrl: () => downloadUrl(ctx, manifest),
              url: () => downloadUrl(ctx, manifest),
            },
          },
    createdBy: async () => {
      const run =
        artifact.run === undefined
          ? undefined
          : await ctx.deps.store.getRun({ ...project, run: artifact.run })
      return run ? { __typename: 'Run', ...ctx.links.run(ctx, run) } : userObject(ctx)
    },
    usedBy: () => runsUsing(ctx, artifact),
    files: (args: FilesArgs) => filesOf(ctx, artifact, args),
    filesByManifestEntries: (args: EntriesArgs) => filesOfEntries(ctx, artifact, args),
  }
}

/** The aliases of an artifact in one collection. */
export async function aliasObjects(ctx: ObjectContext, { collection, uid }: Membership) {
  const object = ctx.links.collection(ctx, collection)
  return aliasesOf(await membersOf(ctx, collection), uid).map((alias) =>
    aliasObject(alias, collection.name, object),
  )
}

/** Clients up to 0.18 read the version of an artifact from its aliases: `v0` is one of them. */
async function withVersion(ctx: ObjectContext, member: Membership) {
  const { collection, version } = member
  const alias = aliasObject(`v${version}`, collection.name, ctx.links.collection(ctx, collection))
  return [...(await aliasObjects(ctx, member)), alias]
}

export interface FilesArgs extends PageArgs {
  readonly names?: readonly string[] | null
}

/** A page of the files that an artifact's manifest lists. */
export async function filesOf(ctx: ObjectContext, artifact: Artifact, { names, ...page }: FilesArgs) {
  const all = await entriesOf(ctx, artifact)
  const wanted = names && names.length > 0 ? new Set(names) : undefined
  return connectionOf(
    wanted ? all.filter(({ name }) => wanted.has(name)) : all,
    page,
    ({ name }) => name,
    (entry) => fileObject(ctx, artifact, entry),
  )
}

interface EntriesArgs {
  readonly entries?: readonly { readonly name?: string | null; readonly digest?: string | null }[] | null
}

async function filesOfEntries(ctx: ObjectContext, artifact: Artifact, { entries }: EntriesArgs) {
  const known = new Map((await entriesOf(ctx, artifact)).map((entry) => [entry.name, entry]))
  const wanted = (entries ?? []).map(({ name, digest }) => ({
    name: name ?? '',
    digest: digest ?? '',
    size: 0,
  }))
  return connectionOf(
    wanted,
    {},
    ({ name }) => name,
    (entry) => fileObject(ctx, artifact, known.get(entry.name) ?? entry),
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
