import * as z from 'zod'
import { Time } from './fields.ts'

export const ProjectBody = z.object({ entity: z.string(), name: z.string(), created_at: Time })
export type ProjectBody = z.infer<typeof ProjectBody>
