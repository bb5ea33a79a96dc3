import * as z from 'zod'
import { JsonObject } from './fields.ts'

/** A key under which a run logged media. */
export const MediaKey = z.object({
  /** The name in the history; of nested values the path, with dots. */
  key: z.string(),
  /** Each `_type` that was logged under it, such as `image-file`. */
  types: z.array(z.string()),
  /** Ascending. */
  steps: z.array(z.number().int()),
  /** Of the rows with these steps, for `from` and `to`. */
  indices: z.array(z.number().int()),
})
export type MediaKey = z.infer<typeof MediaKey>

/** A page of keys. */
export const MediaKeys = z.object({
  items: z.array(MediaKey),
  next_cursor: z.string().optional(),
  /** In the first page: the charts of the W&B client (`wandb.plot.*`) by key, as it describes them in the config. */
  charts: JsonObject.optional(),
  /** In the first page: names of the classes of masks and boxes, likewise. */
  class_labels: JsonObject.optional(),
})
export type MediaKeys = z.infer<typeof MediaKeys>

/** Files with their addresses, in the order of the request. Whether a file exists is not checked. */
export const FileAddress = z.object({
  name: z.string(),
  /** Presigned, valid for one hour; null for a file that an artifact does not have. */
  url: z.string().nullable(),
})
export type FileAddress = z.infer<typeof FileAddress>
