import * as z from 'zod'

/** Message counts of the queue of an agent function. */
export const AgentQueue = z.object({
  agent: z.string(),
  waiting: z.number().int(),
  in_flight: z.number().int(),
  dead: z.number().int(),
})
export type AgentQueue = z.infer<typeof AgentQueue>
export const RedriveRequest = z.strictObject({ count: z.number().int().min(1).max(500).default(100) })
export const Redriven = z.object({ moved: z.number().int() })
export type Redriven = z.infer<typeof Redriven>
