import * as z from 'zod'
import { Time } from './fields.ts'

/** Anyone with `url` can view the sweep. It is returned once; only a hash is stored. */
export const ShareCreated = z.object({ url: z.string(), created_at: Time })
/** `created_at` is null when the sweep is not shared. */
export const ShareBody = z.object({ created_at: Time.nullable() })
