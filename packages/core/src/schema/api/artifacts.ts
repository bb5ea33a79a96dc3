import * as z from 'zod'
import { Time } from './fields.ts'
import { RunStateName } from './states.ts'

export const ArtifactType = z.object({ name: z.string(), collections: z.number().int() })
export type ArtifactType = z.infer<typeof ArtifactType>

export const ArtifactCollection = z.object({
  entity: z.string(),
  project: z.string(),
  name: z.string(),
  type: z.string(),
  /** A sequence holds what runs log, a portfolio links to versions of sequences. */
  kind: z.enum(['sequence', 'portfolio']),
  description: z.string().nullable(),
  tags: z.array(z.string()),
  created_at: Time,
  updated_at: Time,
})
export type ArtifactCollection = z.infer<typeof ArtifactCollection>

const Place = { entity: z.string(), project: z.string(), collection: z.string(), version: z.string() }

/** A version, without what depends on other versions. */
export const ArtifactSummary = z.object({
  ...Place,
  type: z.string(),
  kind: ArtifactCollection.shape.kind,
  /** `entity/project/collection:version`, as clients name it. */
  path: z.string(),
  /** Its page. */
  url: z.string(),
  digest: z.string(),
  tags: z.array(z.string()),
  description: z.string().nullable(),
  /** Bytes, references included. */
  size: z.number().int(),
  file_count: z.number().int(),
  /** The run that logged it. */
  run: z.string().nullable(),
  /** Of a link in a portfolio: the version that it links to. */
  source: z.object(Place).nullable(),
  created_at: Time,
  updated_at: Time,
})
export type ArtifactSummary = z.infer<typeof ArtifactSummary>

export const ArtifactVersion = ArtifactSummary.extend({
  aliases: z.array(z.string()),
  metadata: z.record(z.string(), z.unknown()),
})
export type ArtifactVersion = z.infer<typeof ArtifactVersion>

export const ArtifactFile = z.object({
  name: z.string(),
  /** Bytes. */
  size: z.number().int(),
  digest: z.string(),
  /** Valid for one hour; null for a reference. */
  url: z.string().nullable(),
  /** Address of an external reference. */
  ref: z.string().nullable(),
})
export type ArtifactFile = z.infer<typeof ArtifactFile>

export const ArtifactRun = z.object({
  entity: z.string(),
  project: z.string(),
  run: z.string(),
  name: z.string(),
  state: RunStateName,
})
export type ArtifactRun = z.infer<typeof ArtifactRun>

export const ArtifactLineage = z.object({
  /** Null when no run logged it, or the run was deleted. */
  logged_by: ArtifactRun.nullable(),
  /** Portfolios and registries that it is linked to. */
  links: z.array(z.object({ ...Place, aliases: z.array(z.string()) })),
  /** A page of the runs that used it. */
  items: z.array(ArtifactRun),
  next_cursor: z.string().optional(),
})
export type ArtifactLineage = z.infer<typeof ArtifactLineage>
