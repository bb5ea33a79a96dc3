import * as z from 'zod'
import { TrialBody } from './trials.ts'

export const Correlation = z.object({
  parameter: z.string(),
  /** Spearman rank correlation with the metric, in [-1, 1]; null for a parameter without an order. */
  correlation: z.number().nullable(),
  /** PED-ANOVA importance. The values of all parameters sum to 1, or are all 0. */
  importance: z.number(),
})
export const Importance = z.object({
  metric: z.string(),
  trials: z.number().int(),
  parameters: z.array(Correlation),
})
export type Importance = z.infer<typeof Importance>

export const Pareto = z.object({
  metrics: z.array(z.object({ name: z.string(), goal: z.enum(['minimize', 'maximize']) })),
  /** Finished trials that no other trial dominates. */
  trials: z.array(TrialBody),
  /** Reference point of the hypervolume: the worst value of each metric. */
  reference: z.array(z.number()),
  hypervolume: z.number(),
})
