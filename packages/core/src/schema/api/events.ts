import * as z from 'zod'
import { SweepBody } from './sweeps.ts'
import { TrialBody } from './trials.ts'

/** An answer of `…/events`. Pass `cursor` as `?since=` of the next call. */
export const SweepEvents = z.object({
  cursor: z.string(),
  sweep: SweepBody,
  /** Trials that changed since, ascending by number. */
  trials: z.array(TrialBody),
  /** More changes are available now: call again with the cursor. */
  more: z.literal(true).optional(),
})
export type SweepEvents = z.infer<typeof SweepEvents>
