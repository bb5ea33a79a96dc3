import type {
  ArtifactCollection,
  ArtifactFile,
  ArtifactRun,
  ArtifactSummary,
  ArtifactVersion,
} from '@chimney/core/schema/api/artifacts'
import { isObject, type Json, parseJson, stringifyJson } from '@chimney/core/schema/json'
import { type Artifact, aliasesOf } from '../../artifacts/artifacts.ts'
import type { Collection } from '../../artifacts/collections.ts'
import type { ManifestEntry } from '../../artifacts/manifests.ts'
import type { Membership } from '../../artifacts/memberships.ts'
import type { RunLive, RunRecord } from '../../store/runs.ts'
import { iso } from '../responses/bodies.ts'

export const collectionBody = (collection: Collection): ArtifactCollection => ({
  entity: collection.entity,
  project: collection.project,
  name: collection.name,
  type: collection.type,
  kind: collection.kind,
  description: collection.description || null,
  tags: [...collection.tags],
  created_at: iso(collection.createdAt),
  updated_at: iso(collection.updatedAt),
})

/** In a list longer values of the metadata are left out. */
const MAX_LISTED_VALUE = 200

/** A member of a collection. `source`: the collection of the artifact itself. */
export function summaryBody(publicUrl: string, member: Membership, source: Collection): ArtifactSummary {
  const { artifact, collection } = member
  const { entity, project, name, type, kind } = collection
  const version = `v${member.version}`
  const address = [entity, project, 'artifacts', type, name, version].map(encodeURIComponent).join('/')
  return {
    entity,
    project,
    collection: name,
    version,
    type,
    kind,
    path: `${entity}/${project}/${name}:${version}`,
    url: `${publicUrl}/${address}`,
    digest: artifact.digest,
    tags: [...artifact.tags],
    description: artifact.description || null,
    size: artifact.size,
    file_count: artifact.fileCount,
    run: artifact.run ?? null,
    source: kind === 'portfolio' ? sourceOf(artifact, source) : null,
    created_at: iso(member.createdAt),
    updated_at: iso(artifact.updatedAt ?? artifact.createdAt),
  }
}

/** Which aliases are its own depends on the other members of the collection. */
export const versionBody = (
  publicUrl: string,
  members: readonly Membership[],
  member: Membership,
  source: Collection,
  listed = false,
): ArtifactVersion => ({
  ...summaryBody(publicUrl, member, source),
  aliases: [...aliasesOf(members, member.uid)],
  metadata: metadataOf(member.artifact, listed),
})

const sourceOf = (artifact: Artifact, { entity, project, name }: Collection) => ({
  entity,
  project,
  collection: name,
  version: `v${artifact.version}`,
})

function metadataOf({ metadata }: Artifact, listed: boolean): { [name: string]: Json } {
  const all = metadata ? parseJson(metadata) : {}
  if (!isObject(all)) return { value: all }
  const entries = Object.entries(all)
  return Object.fromEntries(
    listed ? entries.filter(([, value]) => stringifyJson(value).length <= MAX_LISTED_VALUE) : entries,
  )
}

export const artifactFileBody = (entry: ManifestEntry, url: string | null): ArtifactFile => ({
  name: entry.name,
  size: entry.size,
  digest: entry.digest,
  url,
  ref: entry.ref ?? null,
})

export const artifactRunBody = ({ record, live }: { record: RunRecord; live: RunLive }): ArtifactRun => ({
  ...record.key,
  name: record.displayName,
  state: live.state,
})
