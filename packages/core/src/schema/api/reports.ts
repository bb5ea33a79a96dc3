import * as z from 'zod'
import { Time } from './fields.ts'

export const ReportId = z
  .string()
  .regex(/^[a-z0-9]{1,32}$/, 'report must be the id of a report: lower-case letters or digits')

const MAX_BYTES = 200_000
const bytesOf = (text: string) => new TextEncoder().encode(text).length

/** Markdown with blocks of panels. */
const Text = z.string().refine((text) => bytesOf(text) <= MAX_BYTES, {
  error: ({ input }) =>
    `has ${bytesOf(String(input))} bytes, and a report may have ${MAX_BYTES}: split it into two reports that link to each other`,
})
const Title = z.string().trim().min(1, 'a report needs a title').max(200)

export const ReportSummary = z.object({
  id: ReportId,
  title: Title,
  /** Grows with each change. */
  rev: z.number().int(),
  created_at: Time,
  updated_at: Time,
})
export type ReportSummary = z.infer<typeof ReportSummary>

export const ReportBody = ReportSummary.extend({ text: z.string() })
export type ReportBody = z.infer<typeof ReportBody>

export const ReportCreate = z.strictObject({ title: Title, text: Text })
export type ReportCreate = z.infer<typeof ReportCreate>

/** `rev` is that of the report which the change was made from. */
export const ReportReplace = ReportCreate.extend({ rev: z.number().int().min(1) })
export type ReportReplace = z.infer<typeof ReportReplace>
