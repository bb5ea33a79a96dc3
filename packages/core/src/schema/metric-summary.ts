import * as z from 'zod'

/** Which of the logged values of a metric is the value of a trial. `count` is at least 1. */
export type MetricSummary =
  | { readonly kind: 'last' }
  | { readonly kind: 'best' }
  | { readonly kind: 'mean_of_last'; readonly count: number }

const count = z.number().int().min(1).max(1_000)

/** Reads `metric.summary`: `last`, `best` or `{mean_of_last: k}`; also the stored form, which has `kind`. */
export const MetricSummarySchema = z
  .union([
    z.enum(['last', 'best']),
    z.strictObject({ mean_of_last: count.describe('Number of values, 1 to 1000') }),
    z.strictObject({ kind: z.enum(['last', 'best']).describe('As the word alone') }),
    z.strictObject({
      kind: z.literal('mean_of_last').describe('The stored form of mean_of_last'),
      count: count.describe('Number of values, 1 to 1000'),
    }),
  ])
  .transform((given): MetricSummary => {
    if (typeof given === 'string') return { kind: given }
    return 'mean_of_last' in given ? { kind: 'mean_of_last', count: given.mean_of_last } : given
  })
