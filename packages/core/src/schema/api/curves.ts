import * as z from 'zod'

/** A metric of a trial over its steps, downsampled; without values that are not finite. */
export const TrialCurve = z.object({
  number: z.number().int(),
  steps: z.array(z.number()),
  /** Seconds since the first of the points. */
  seconds: z.array(z.number()),
  values: z.array(z.number()),
})
export type TrialCurve = z.infer<typeof TrialCurve>

/** `reached` is about the number of trials with a value at the rung: of many, it is extrapolated from a selection. */
export const RungCount = z.object({ rung: z.number(), reached: z.number().int() })
export type RungCount = z.infer<typeof RungCount>
