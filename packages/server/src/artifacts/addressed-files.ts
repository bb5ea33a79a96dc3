import type { RunKey } from '@chimney/core/schema/names'
import { Problem } from '@chimney/core/schema/problem'
import { type Artifact, presentArtifact } from './artifacts.ts'
import { idOfClient } from './client-ids.ts'
import type { ArtifactContext } from './context.ts'
import { entriesOf, type ManifestEntry } from './manifests.ts'
import { once } from './request-memo.ts'

/** A file of an artifact; without a key there is none. */
export interface AddressedFile {
  readonly name: string
  readonly key?: string
}

/** `wandb-client-artifact://CLIENT_ID/PATH` in values of a run, `wandb-artifact://ID_IN_HEX/PATH` in references of manifests. */
const ADDRESS = /^wandb-(client-)?artifact:\/\/([^/]+)\/(.+)$/
/** Of a folder. */
const MAX_FILES = 1_000

export const isArtifactAddress = (name: string): boolean => name.startsWith('wandb-')

/**
 * The file behind an address as clients log it, or the files of the folder when it ends with a slash. `ownOnly`: none of artifacts that
 * the run has not logged.
 */
export function addressedFiles(
  ctx: ArtifactContext,
  run: RunKey,
  name: string,
  ownOnly: boolean,
): Promise<readonly AddressedFile[]> {
  return find(name, false)

  async function find(address: string, isReference: boolean): Promise<readonly AddressedFile[]> {
    const [, client, id, path] = ADDRESS.exec(address) ?? []
    if (id === undefined || path === undefined) return [{ name }]
    const entries = await once(ctx, `manifest of ${client}${id}`, () =>
      readManifest(ctx, run, client !== undefined, id, ownOnly),
    )
    if (path.endsWith('/'))
      return [...entries.values()]
        .filter((entry) => entry.name.startsWith(path))
        .slice(0, MAX_FILES)
        .map((entry) => fileOf(`${name}${entry.name.slice(path.length)}`, entry))
    const entry = entries.get(path)
    // A table that was logged again is a reference to the artifact that has it.
    if (entry?.ref !== undefined && isArtifactAddress(entry.ref) && !isReference) return find(entry.ref, true)
    return [entry ? fileOf(name, entry) : { name }]
  }
}

const fileOf = (name: string, { key }: ManifestEntry): AddressedFile => ({
  name,
  ...(key !== undefined && { key }),
})

async function readManifest(
  ctx: ArtifactContext,
  run: RunKey,
  client: boolean,
  id: string,
  ownOnly: boolean,
): Promise<ReadonlyMap<string, ManifestEntry>> {
  const known = client ? await idOfClient(ctx, id) : Buffer.from(id, 'hex').toString('base64')
  const artifact = known === undefined ? undefined : await readable(ctx, known)
  const isOwn = artifact?.run === run.run && artifact.project === run.project
  if (!artifact || (ownOnly && !isOwn)) return new Map()
  return new Map((await entriesOf(ctx, artifact)).map((entry) => [entry.name, entry]))
}

/** Undefined for ids of collections, of other entities, and those that are none: values of runs may hold any text. */
async function readable(ctx: ArtifactContext, id: string): Promise<Artifact | undefined> {
  try {
    return await presentArtifact(ctx, id)
  } catch (error) {
    if (error instanceof Problem && (error.kind === 'not-found' || error.kind === 'forbidden'))
      return undefined
    throw error
  }
}
