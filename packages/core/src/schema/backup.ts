import * as z from 'zod'

/** Layout of a backup. Each layout has a version number; older versions stay readable as long as possible. */
export const BACKUP_VERSION = 1

/** Binary values are base64, sets of numbers are lists. */
const Attribute = z.union([
  z.string().max(600_000),
  z.number(),
  z.strictObject({ bytes: z.base64().max(600_000) }),
  z.strictObject({ numbers: z.array(z.number()).max(100_000) }),
])

/** One stored item of a project, without the names of its entity and project, so that it can be put into another one. */
export const BackupItem = z.strictObject({
  of: z.enum(['document', 'sweep', 'run']),
  /** The sweep's or the run's; empty for a document. */
  id: z.string().max(128),
  /** The rest of its address, as the store writes it. */
  sk: z.string().min(1).max(1_024),
  attributes: z.record(z.string().max(64), Attribute),
})
export type BackupItem = z.infer<typeof BackupItem>

/** A page of a backup. Put the items back in the order in which they come: what makes a sweep visible comes last. */
export const BackupPage = z.object({
  version: z.literal(BACKUP_VERSION),
  items: z.array(BackupItem),
  next_cursor: z.string().optional(),
})
export type BackupPage = z.infer<typeof BackupPage>

export const RestoreRequest = z.strictObject({
  version: z.literal(BACKUP_VERSION, 'this backup is of a newer version; update the service first'),
  items: z.array(BackupItem).min(1).max(1_000),
})
export type RestoreRequest = z.infer<typeof RestoreRequest>

/** How many items were new, and how many were there already and stayed as they are. */
export const Restored = z.object({ written: z.number().int(), kept: z.number().int() })
export type Restored = z.infer<typeof Restored>
