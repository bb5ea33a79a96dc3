import * as z from 'zod'

export const IssueBody = z.object({
  path: z.string(),
  message: z.string(),
  fix: z.string().optional(),
})

/** RFC 9457. `type` is `about:blank#<code>`; `code` is stable for programs. */
export const ProblemBody = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string(),
  code: z.string(),
  errors: z.array(IssueBody).optional(),
  /** Of a refused sweep config: what would also have been warned about. */
  warnings: z.array(z.string()).optional(),
})
export type ProblemBody = z.infer<typeof ProblemBody>
