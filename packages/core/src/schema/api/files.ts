import * as z from 'zod'
import { Time } from './fields.ts'

export const RunFileBody = z.object({
  name: z.string(),
  /** Bytes. */
  size: z.number().int(),
  updated_at: Time,
  /** Presigned, valid for one hour. */
  url: z.string(),
})
export type RunFileBody = z.infer<typeof RunFileBody>
