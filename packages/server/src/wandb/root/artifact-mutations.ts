import { Problem } from '@chimney/core/schema/problem'
import { blobKey, manifestKey } from '../artifacts/artifact-keys.ts'
import {
  type Artifact,
  artifactById,
  artifactId,
  changeArtifact,
  clientIdName,
  commitArtifact,
  committed,
  hexOf,
  newUid,
  saveArtifact,
} from '../artifacts/artifacts.ts'
import { uploadUrl } from '../files/upload-url.ts'
import { projectKeyOf, runKeyOf, type WandbContext } from '../graphql/context.ts'
import { globalId, partsOf } from '../graphql/global-id.ts'
import { artifactObject } from '../objects/artifact-object.ts'
import type { ObjectContext } from '../objects/links.ts'

type Input<T> = { readonly input: T }
type Text = string | null | undefined

interface Create {
  readonly entityName?: Text
  readonly projectName?: Text
  readonly runName?: Text
  readonly artifactTypeName?: Text
  readonly artifactCollectionName?: Text
  readonly artifactCollectionNames?: readonly string[] | null
  readonly digest?: Text
  readonly description?: Text
  readonly metadata?: Text
  readonly aliases?: readonly { readonly alias: string }[] | null
  readonly tags?: readonly { readonly tagName: string }[] | null
  readonly clientID?: Text
}

/** Steps of logging an artifact: draft, manifest, files, manifest bytes, then the commit that assigns a version. */
export function artifactMutations(ctx: ObjectContext) {
  const { store, files, clock } = ctx.deps
  return {
    createArtifact: async ({ input }: Input<Create>) => ({
      artifact: artifactObject(ctx, await create(ctx, input)),
    }),

    createArtifactManifest: async ({ input }: Input<{ artifactID?: Text; name?: Text; digest?: Text }>) => {
      const key = `${input.name || 'manifest'}-${ctx.deps.randomId(8)}`
      const artifact = await changeArtifact(ctx, input.artifactID ?? '', (artifact) => ({
        ...artifact,
        manifest: manifestKey(artifact, key),
      }))
      return { artifactManifest: manifestObject(ctx, artifact) }
    },

    updateArtifactManifest: async ({ input }: Input<{ artifactManifestID: string }>) => {
      const [id, manifest] = partsOf('ArtifactManifest', 2, input.artifactManifestID) as [string, string]
      const artifact = await artifactById(ctx, id)
      if (!manifest.startsWith(manifestKey(artifact, '')))
        throw new Problem('not-found', 'unknown-id', 'there is no such manifest')
      return {
        artifactManifest: manifestObject(
          ctx,
          await changeArtifact(ctx, id, (artifact) => ({ ...artifact, manifest })),
        ),
      }
    },

    createArtifactFiles: async ({
      input,
    }: Input<{ artifactFiles: readonly { artifactID: string; name: string; md5: string }[] }>) => {
      const edges = await Promise.all(
        input.artifactFiles.map(async ({ artifactID, name, md5 }) => {
          const artifact = await artifactById(ctx, artifactID)
          const key = blobKey(artifact.entity, hexOf(md5))
          const there = await files.stat(key)
          const node = {
            id: globalId('File', artifactID, name),
            name,
            displayName: name,
            storagePath: key,
            // Null means that the bytes are there already.
            uploadUrl: there ? null : await uploadUrl(ctx, key),
            uploadHeaders: [],
            uploadMultipartUrls: null,
            artifact: artifactObject(ctx, artifact),
          }
          return { node, cursor: name }
        }),
      )
      return { files: { edges, pageInfo: { endCursor: null, hasNextPage: false } } }
    },

    commitArtifact: async ({ input }: Input<{ artifactID: string }>) => ({
      artifact: artifactObject(ctx, await commitArtifact(ctx, input.artifactID)),
    }),

    useArtifact: async ({
      input,
    }: Input<{ entityName?: Text; projectName?: Text; runName?: Text; artifactID?: Text }>) => {
      const artifact = await artifactById(ctx, input.artifactID ?? '')
      if (input.runName) {
        const run = runKeyOf(ctx, input.entityName, input.projectName, input.runName)
        const name = `artifact-use/${run.run}/${artifact.uid}`
        await store.putDocument(run, { name, text: artifactId(artifact), rev: 1 })
      }
      return { artifact: artifactObject(ctx, artifact) }
    },

    updateArtifact: async ({ input }: Input<UpdateArtifact>) => {
      const now = clock.now()
      const artifact = await changeArtifact(ctx, input.artifactID, (artifact) => {
        const gone = new Set((input.tagsToDelete ?? []).map(({ tagName }) => tagName))
        const tags = [
          ...artifact.tags.filter((tag) => !gone.has(tag)),
          ...(input.tagsToAdd ?? []).map(({ tagName }) => tagName),
        ]
        return {
          ...artifact,
          tags: [...new Set(tags)],
          ...(input.description != null && { description: input.description }),
          ...(input.metadata != null && { metadata: input.metadata }),
          ...(input.aliases && {
            aliases: Object.fromEntries(
              input.aliases.map(({ alias }) => [alias, artifact.aliases[alias] ?? now]),
            ),
          }),
        }
      })
      return { artifact: artifactObject(ctx, artifact) }
    },

    addAliases: async ({ input }: Input<Aliases>) => {
      const given = Object.fromEntries(input.aliases.map(({ alias }) => [alias, clock.now()]))
      await changeArtifact(ctx, input.artifactID, (artifact) => ({
        ...artifact,
        aliases: { ...artifact.aliases, ...given },
      }))
      return { success: true }
    },

    deleteAliases: async ({ input }: Input<Aliases>) => {
      const gone = new Set(input.aliases.map(({ alias }) => alias))
      await changeArtifact(ctx, input.artifactID, (artifact) => ({
        ...artifact,
        aliases: Object.fromEntries(Object.entries(artifact.aliases).filter(([alias]) => !gone.has(alias))),
      }))
      return { success: true }
    },

    deleteArtifact: async ({ input }: Input<{ artifactID: string }>) => {
      const artifact = await artifactById(ctx, input.artifactID)
      // Its files may belong to other versions as well, so they stay.
      await store.deleteDocument(artifact, `artifact/${artifact.collection}/${artifact.uid}`)
      return { artifact: artifactObject(ctx, artifact) }
    },
  }
}

interface Aliases {
  readonly artifactID: string
  readonly aliases: readonly { readonly alias: string }[]
}
interface UpdateArtifact {
  readonly artifactID: string
  readonly description?: Text
  readonly metadata?: Text
  readonly aliases?: readonly { readonly alias: string }[] | null
  readonly tagsToAdd?: readonly { readonly tagName: string }[] | null
  readonly tagsToDelete?: readonly { readonly tagName: string }[] | null
}

async function create(ctx: WandbContext, input: Create): Promise<Artifact> {
  const { store, clock } = ctx.deps
  const key = projectKeyOf(ctx, input.entityName, input.projectName)
  const collection = input.artifactCollectionName || input.artifactCollectionNames?.[0] || ''
  const now = clock.now()
  const given = Object.fromEntries((input.aliases ?? []).map(({ alias }) => [alias, now]))
  await store.ensureProject(key, now)
  const versions = collection === '' ? [] : await committed(ctx, key, collection)
  const same = input.digest ? versions.findLast((artifact) => artifact.digest === input.digest) : undefined
  const artifact: Artifact = same
    ? // The same content is the same version: the client stops here.
      await changeArtifact(ctx, artifactId(same), (artifact) => ({
        ...artifact,
        aliases: { ...artifact.aliases, ...given },
      }))
    : {
        ...key,
        collection,
        uid: newUid(ctx),
        type: input.artifactTypeName || versions.at(-1)?.type || 'unknown',
        digest: input.digest ?? '',
        ...(input.description && { description: input.description }),
        ...(input.metadata && { metadata: input.metadata }),
        tags: (input.tags ?? []).map(({ tagName }) => tagName),
        aliases: given,
        ...(input.runName && { run: input.runName }),
        size: 0,
        fileCount: 0,
        createdAt: now,
        rev: 1,
      }
  if (!same) await saveArtifact(ctx, artifact)
  if (input.clientID)
    await store.putDocument(
      { entity: key.entity, project: CLIENT_IDS },
      { name: clientIdName(input.clientID), text: artifactId(artifact), rev: 1 },
    )
  return artifact
}

/** Client ids come without a project, so they are stored per entity. */
const CLIENT_IDS = '~'

/** Our id of the object to which a client gave this id. */
export async function clientIdMapping(
  ctx: WandbContext,
  clientId: string,
): Promise<{ serverID: string } | null> {
  const document = await ctx.deps.store.getDocument(
    { entity: ctx.caller.entity, project: CLIENT_IDS },
    clientIdName(clientId),
  )
  return document ? { serverID: document.text } : null
}

const manifestObject = (ctx: WandbContext, artifact: Artifact) => ({
  id: globalId('ArtifactManifest', artifactId(artifact), artifact.manifest ?? ''),
  digest: artifact.digest,
  file: {
    id: artifactId(artifact),
    name: 'manifest.json',
    uploadUrl: () => uploadUrl(ctx, artifact.manifest ?? ''),
    uploadHeaders: [],
    directUrl: () => null,
  },
})
