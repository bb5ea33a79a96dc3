import * as z from 'zod'

/** Each report of a run writes the latest values of such a metric. */
const MAX_COUNT = 100

/** Which of the logged values of a metric is the value of a trial. `count` is from 1 to 100. */
export type MetricSummary =
  | { readonly kind: 'last' }
  | { readonly kind: 'best' }
  | { readonly kind: 'mean_of_last'; readonly count: number }

const count = z.number().int().min(1).max(MAX_COUNT)

/** Reads `metric.summary`: `last`, `best` or `{mean_of_last: k}`; also the stored form, which has `kind`. */
export const MetricSummarySchema = z
  .union([
    z.enum(['last', 'best']),
    z.strictObject({ mean_of_last: count.describe(`Number of values, 1 to ${MAX_COUNT}`) }),
    z.strictObject({ kind: z.enum(['last', 'best']).describe('As the word alone') }),
    z.strictObject({
      kind: z.literal('mean_of_last').describe('The stored form of mean_of_last'),
      count: count.describe(`Number of values, 1 to ${MAX_COUNT}`),
    }),
  ])
  .transform((given): MetricSummary => {
    if (typeof given === 'string') return { kind: given }
    return 'mean_of_last' in given ? { kind: 'mean_of_last', count: given.mean_of_last } : given
  })
