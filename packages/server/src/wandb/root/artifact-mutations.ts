import { Problem } from '@chimney/core/schema/problem'
import { manifestKey } from '../../artifacts/artifact-keys.ts'
import {
  type Artifact,
  artifactById,
  artifactId,
  changeArtifact,
  type ManifestType,
} from '../../artifacts/artifacts.ts'
import { mustFind } from '../../artifacts/collections.ts'
import { keepUse } from '../../artifacts/index-project.ts'
import { changeAliases, removeVersion, sequenceOf } from '../../artifacts/memberships.ts'
import { globalId, partsOf } from '../../global-id.ts'
import { type CreateArtifact, commitArtifact, createArtifact } from '../artifacts/create-artifact.ts'
import { type FileSpec, fileUploads } from '../artifacts/file-uploads.ts'
import { plainTags, type TagInput } from '../artifacts/tags.ts'
import { uploadUrl } from '../files/upload-url.ts'
import { projectKeyOf, runKeyOf, type WandbContext } from '../graphql/context.ts'
import { artifactObject } from '../objects/artifact-object.ts'
import type { ObjectContext } from '../objects/links.ts'

type Input<T> = { readonly input: T }
type Text = string | null | undefined

/** Steps of logging an artifact: draft, manifest, files, manifest bytes, then the commit that assigns a version. */
export function artifactMutations(ctx: ObjectContext) {
  return {
    createArtifact: async ({ input }: Input<CreateArtifact>) => ({
      artifact: artifactObject(ctx, await createArtifact(ctx, input)),
    }),

    createArtifactManifest: async ({ input }: Input<CreateManifest>) => {
      const id = input.artifactID ?? ''
      const type = input.type ?? 'FULL'
      const name = `${input.name || 'manifest'}-${ctx.deps.randomId(8)}`
      const base = input.baseArtifactID
      const artifact = await changeArtifact(ctx, id, (artifact) => {
        const key = manifestKey(artifact, name)
        if (type === 'FULL') return { ...artifact, manifest: key }
        return { ...artifact, parts: [...(artifact.parts ?? []), { type, key, ...(base && { base }) }] }
      })
      return { artifactManifest: manifestObject(ctx, artifact, manifestKey(artifact, name), input.digest) }
    },

    updateArtifactManifest: async ({ input }: Input<UpdateManifest>) => {
      const [id, key] = partsOf('ArtifactManifest', 2, input.artifactManifestID) as [string, string]
      const artifact = await changeArtifact(ctx, id, (artifact) => {
        if (!key.startsWith(manifestKey(artifact, '')))
          throw new Problem('not-found', 'unknown-id', 'there is no such manifest')
        if (!artifact.parts?.some((part) => part.key === key)) return { ...artifact, manifest: key }
        const base = input.baseArtifactID
        return {
          ...artifact,
          parts: artifact.parts.map((part) =>
            part.key === key ? { ...part, ...(base && { base }), ready: true as const } : part,
          ),
        }
      })
      return { artifactManifest: manifestObject(ctx, artifact, key, input.digest) }
    },

    createArtifactFiles: async ({ input }: Input<{ artifactFiles: readonly FileSpec[] }>) => {
      const uploads = await fileUploads(ctx, input.artifactFiles)
      const edges = uploads.map(({ artifact, ...file }) => ({
        node: {
          ...file,
          id: globalId('File', artifactId(artifact), file.name),
          displayName: file.name,
          artifact: artifactObject(ctx, artifact),
        },
        cursor: file.name,
      }))
      return { files: { edges, pageInfo: { endCursor: null, hasNextPage: false }, totalCount: edges.length } }
    },

    commitArtifact: async ({ input }: Input<{ artifactID: string }>) => ({
      artifact: artifactObject(ctx, await commitArtifact(ctx, input.artifactID)),
    }),

    useArtifact: async ({ input }: Input<UseArtifact>) => {
      const artifact = await artifactById(ctx, input.artifactID ?? '')
      if (input.runName) {
        const run = runKeyOf(ctx, input.entityName, input.projectName, input.runName)
        await keepUse(ctx, artifact, run)
      }
      return { artifact: artifactObject(ctx, artifact) }
    },

    updateArtifact: async ({ input }: Input<UpdateArtifact>) => {
      if (input.labels && input.labels !== '{}')
        throw new Problem('invalid', 'no-labels', 'artifacts have no labels here; use tags or metadata')
      const artifact = await changeArtifact(ctx, input.artifactID, (artifact) => {
        const gone = new Set(plainTags(input.tagsToDelete))
        const tags = [...artifact.tags.filter((tag) => !gone.has(tag)), ...plainTags(input.tagsToAdd)]
        return {
          ...artifact,
          tags: [...new Set(tags)],
          ...(input.description != null && { description: input.description }),
          ...(input.metadata != null && { metadata: input.metadata }),
          ...(input.ttlDurationSeconds != null && { ttlSeconds: input.ttlDurationSeconds }),
        }
      })
      if (input.aliases) await replaceAliases(ctx, artifact, input.aliases)
      return { artifact: artifactObject(ctx, await artifactById(ctx, input.artifactID)) }
    },

    addAliases: async ({ input }: Input<Aliases>) => {
      const now = ctx.deps.clock.now()
      await eachCollection(ctx, input, (aliases, given) => ({
        ...aliases,
        ...Object.fromEntries(given.map((alias) => [alias, now])),
      }))
      return { success: true }
    },

    deleteAliases: async ({ input }: Input<Aliases>) => {
      await eachCollection(ctx, input, (aliases, given) =>
        Object.fromEntries(Object.entries(aliases).filter(([alias]) => !given.includes(alias))),
      )
      return { success: true }
    },

    deleteArtifact: async ({ input }: Input<{ artifactID: string; deleteAliases?: boolean | null }>) => {
      const artifact = await artifactById(ctx, input.artifactID)
      const object = artifactObject(ctx, artifact)
      await removeVersion(ctx, artifact, input.deleteAliases === true)
      return { artifact: { id: object.id } }
    },
  }
}

interface CreateManifest {
  readonly artifactID?: Text
  readonly baseArtifactID?: Text
  readonly name?: Text
  readonly digest?: Text
  readonly type?: ManifestType | null
}
interface UpdateManifest {
  readonly artifactManifestID: string
  readonly digest?: Text
  readonly baseArtifactID?: Text
}
interface UseArtifact {
  readonly entityName?: Text
  readonly projectName?: Text
  readonly runName?: Text
  readonly artifactID?: Text
}
interface Alias {
  readonly alias: string
  readonly artifactCollectionName?: Text
  readonly entityName?: Text
  readonly projectName?: Text
}
interface Aliases {
  readonly artifactID: string
  readonly aliases: readonly Alias[]
}
interface UpdateArtifact {
  readonly artifactID: string
  readonly description?: Text
  readonly labels?: Text
  readonly metadata?: Text
  readonly aliases?: readonly Alias[] | null
  readonly tagsToAdd?: readonly TagInput[] | null
  readonly tagsToDelete?: readonly TagInput[] | null
  readonly ttlDurationSeconds?: number | null
}

type Change = (aliases: Artifact['aliases'], given: readonly string[]) => Artifact['aliases']

/** Changes aliases in the collections that they name; without a name in the artifact's own. */
async function eachCollection(ctx: WandbContext, { artifactID, aliases }: Aliases, change: Change) {
  const artifact = await artifactById(ctx, artifactID)
  const byCollection = new Map<string, Alias[]>()
  for (const alias of aliases)
    byCollection.set(pathOf(alias), [...(byCollection.get(pathOf(alias)) ?? []), alias])
  for (const given of byCollection.values()) {
    const { entityName, projectName, artifactCollectionName } = given[0]!
    const project = projectKeyOf(ctx, entityName || artifact.entity, projectName || artifact.project)
    const collection = artifactCollectionName
      ? await mustFind(ctx, project, artifactCollectionName)
      : await sequenceOf(ctx, artifact)
    const names = given.map(({ alias }) => alias)
    await changeAliases(ctx, collection, artifact, (before) => change(before, names))
  }
}

const pathOf = ({ entityName, projectName, artifactCollectionName }: Alias): string =>
  JSON.stringify([entityName, projectName, artifactCollectionName])

/** Clients up to 0.18 send all aliases that an artifact has from now on, with the name of the collection. */
async function replaceAliases(ctx: WandbContext, artifact: Artifact, aliases: readonly Alias[]) {
  const now = ctx.deps.clock.now()
  const given = aliases.length > 0 ? aliases : [{ alias: '' }]
  const replaced: Change = (before, names) =>
    Object.fromEntries(names.filter((name) => name !== '').map((name) => [name, before[name] ?? now]))
  await eachCollection(ctx, { artifactID: artifactId(artifact), aliases: given }, replaced)
}

const manifestObject = (ctx: WandbContext, artifact: Artifact, key: string, digest: Text) => ({
  id: globalId('ArtifactManifest', artifactId(artifact), key),
  digest: digest || artifact.digest,
  file: {
    id: artifactId(artifact),
    name: 'manifest.json',
    uploadUrl: () => uploadUrl(ctx, key),
    uploadHeaders: [],
    directUrl: () => null,
  },
})
