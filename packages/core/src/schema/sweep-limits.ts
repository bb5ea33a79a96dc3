import * as z from 'zod'
import { unless } from './json-schema-keywords.ts'

const seconds = (description: string) => z.number().gt(0).optional().describe(description)

/** Reads `max_seconds`. At least one of the keys is given. */
export const MaxSeconds = z
  .object({
    trial: seconds('Longest duration of a trial, in seconds'),
    sweep: seconds('Longest duration of the sweep, in seconds from its creation'),
  })
  .refine(
    ({ trial, sweep }) => trial !== undefined || sweep !== undefined,
    'max_seconds needs trial or sweep',
  )
  .meta({ title: 'Time limits', description: 'Limits of time, in seconds', ...unless('trial', 'sweep') })

/** Limits of time, in seconds, each above 0. At least one is given. */
export interface MaxSecondsConfig {
  readonly trial?: number
  readonly sweep?: number
}

const LimitedFailures = z
  .object({
    in_a_row: z.number().int().min(1).optional().describe('Failed trials in a row'),
    share: z.number().min(0).max(1).optional().describe('Failed trials among those that ended, from 0 to 1'),
    at_least: z
      .number()
      .int()
      .min(1)
      .optional()
      .describe('Number of ended trials from which the share counts; with share'),
  })
  .refine(
    ({ in_a_row, share }) => in_a_row !== undefined || share !== undefined,
    'max_failures needs in_a_row or share',
  )
  .refine(
    ({ share, at_least }) => at_least === undefined || share !== undefined,
    'at_least needs share as well',
  )
  .meta({
    title: 'Failure limits',
    ...unless('in_a_row', 'share'),
    dependentRequired: { at_least: ['share'] },
  })

/** Reads `max_failures`. A plain integer counts failures in a row. */
export const MaxFailures = z
  .union([
    z
      .number()
      .int()
      .min(1)
      .transform((in_a_row) => ({ in_a_row })),
    LimitedFailures,
  ])
  .meta({ description: 'Failures after which the sweep stops; an integer counts failures in a row' })

/** Failures after which a sweep stops. At least one of `in_a_row` and `share` is given; `at_least` only with `share`. */
export interface MaxFailuresConfig {
  /** At least 1. */
  readonly in_a_row?: number
  /** In [0, 1], of the trials that ended. */
  readonly share?: number
  /** Number of ended trials from which `share` counts; at least 1. */
  readonly at_least?: number
}

export const LIMIT_KEYS = {
  max_seconds: Object.keys(MaxSeconds.shape),
  max_failures: Object.keys(LimitedFailures.shape),
} as const
