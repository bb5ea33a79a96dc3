import type { CollectionPatch, VersionPatch } from '@chimney/core/schema/api/artifact-requests'
import type {
  ArtifactCollection,
  ArtifactFile,
  ArtifactLineage,
  ArtifactSummary,
  ArtifactVersion,
} from '@chimney/core/schema/api/artifacts'
import { type Page, type RunAt, runPath, v1, withQuery } from '../api/endpoints.ts'
import { request } from '../api/request.ts'

export interface CollectionAt {
  readonly entity: string
  readonly project: string
  readonly collection: string
}
export interface VersionAt extends CollectionAt {
  readonly version: string
}
const collectionPath = ({ entity, project, collection }: CollectionAt, ...more: string[]) =>
  v1(entity, project, 'artifacts', collection, ...more)
const versionPath = (at: VersionAt, ...more: string[]) => collectionPath(at, 'versions', at.version, ...more)

export const listCollections = (entity: string, project: string, cursor?: string) =>
  request<Page<ArtifactCollection>>(withQuery(v1(entity, project, 'artifacts'), { limit: 200, cursor }))
export const getCollection = (at: CollectionAt) => request<ArtifactCollection>(collectionPath(at))
export const updateCollection = (at: CollectionAt, body: CollectionPatch) =>
  request<ArtifactCollection>(collectionPath(at), { method: 'PATCH', body })
export const deleteCollection = (at: CollectionAt) => request<void>(collectionPath(at), { method: 'DELETE' })

export const listVersions = (at: CollectionAt, cursor?: string) =>
  request<Page<ArtifactVersion>>(withQuery(collectionPath(at, 'versions'), { limit: 50, cursor }))
export const getVersion = (at: VersionAt) => request<ArtifactVersion>(versionPath(at))
export const updateVersion = (at: VersionAt, body: VersionPatch) =>
  request<ArtifactVersion>(versionPath(at), { method: 'PATCH', body })
export const deleteVersion = (at: VersionAt, withAliases: boolean) =>
  request<void>(withQuery(versionPath(at), { aliases: withAliases ? 'delete' : undefined }), {
    method: 'DELETE',
  })
export const listArtifactFiles = (at: VersionAt, cursor?: string) =>
  request<Page<ArtifactFile>>(withQuery(versionPath(at, 'files'), { limit: 200, cursor }))
export const getLineage = (at: VersionAt, cursor?: string) =>
  request<ArtifactLineage>(withQuery(versionPath(at, 'lineage'), { limit: 50, cursor }))
export const listRunArtifacts = (at: RunAt, as: 'logged' | 'used', cursor?: string) =>
  request<Page<ArtifactSummary>>(withQuery(runPath(at, 'artifacts'), { as, limit: 50, cursor }))
