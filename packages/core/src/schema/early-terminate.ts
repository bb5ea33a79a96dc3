import * as z from 'zod'
import { type Keywords, NULL_IS_ABSENT, unless } from './json-schema-keywords.ts'

/** Keys of every type of early termination. */
interface Common {
  /**
   * Name of the metric whose value is the amount of resource used (epochs, tokens). Default: the number of logged
   * finite values of the sweep's metric, as in W&B.
   */
  readonly resource?: string
}

/** W&B's Hyperband: a run continues past a band if it is among the best 1/eta of the runs that reached it. */
export interface HyperbandConfig extends Common {
  readonly type: 'hyperband'
  /** First band; the others are min_iter·eta^k. At least 1. */
  readonly min_iter?: number
  /** Last amount of resource; bands are max_iter/eta^k for k = 1 … s. Takes precedence over `min_iter`. */
  readonly max_iter?: number
  /** Number of bands; required with `max_iter`. */
  readonly s?: number
  /** Above 1; 3 unless given. */
  readonly eta: number
  /** Compare the value at the band (true, the default) or the best so far. */
  readonly strict: boolean
}

/** Asynchronous successive halving (Li et al. 2020): rungs min_iter·eta^k, the best 1/eta of the runs at a rung continue. */
export interface AshaConfig extends Common {
  readonly type: 'asha'
  /** First rung; 2 unless given. */
  readonly min_iter: number
  readonly max_iter?: number
  /** Above 1; 3 unless given. */
  readonly eta: number
  /** Number of brackets; the first rung of each is `eta` times that of the one before. Default 1. */
  readonly brackets: number
}

/** Stops a run whose best value is worse than the median of the others at the same amount of resource. */
export interface MedianConfig extends Common {
  readonly type: 'median'
  /** No decision before this amount of resource; 1 unless given. */
  readonly min_iter: number
  /** No decision before this many runs have reached the same amount; 5 unless given. */
  readonly min_trials: number
  /** Amount of resource between two decisions. Default: each decision at twice the previous amount. */
  readonly interval?: number
}

/** As median: a run continues while it is among the best `percentile` percent. */
export interface PercentileConfig extends Common {
  readonly type: 'percentile'
  /** Above 0, below 100. */
  readonly percentile: number
  readonly min_iter: number
  readonly min_trials: number
  readonly interval?: number
}

/** Stops a run whose metric leaves the bounds, or is not a number. At least one bound is given. */
export interface ThresholdConfig extends Common {
  readonly type: 'threshold'
  /** Stop below this value. */
  readonly lower?: number
  /** Stop above this value. */
  readonly upper?: number
  readonly min_iter: number
}

/** Stops a run that has not improved by more than `min_delta` for `patience` amounts of resource. */
export interface PatienceConfig extends Common {
  readonly type: 'patience'
  readonly patience: number
  readonly min_delta: number
  readonly min_iter: number
}

/** A sweep's `early_terminate`, defaults filled in. `stoppers/pick.ts` has the implementation of each type. */
export type EarlyTerminate =
  | HyperbandConfig
  | AshaConfig
  | MedianConfig
  | PercentileConfig
  | ThresholdConfig
  | PatienceConfig

const resource = z
  .string()
  .min(1)
  .optional()
  .describe('Metric that counts the resource, for example epoch. Default: the number of logged values.')
const eta = z.number().gt(1).default(3).describe('One in eta runs continues past a rung')
const minIter = z.number().int().min(1).default(1).describe('No decision before this amount of resource')
const minTrials = z
  .number()
  .int()
  .min(1)
  .default(5)
  .describe('No decision before this many runs have reached the same amount of resource')
const interval = z
  .number()
  .int()
  .min(1)
  .optional()
  .describe('Amount of resource between two decisions. Default: each decision at twice the previous amount.')

const described = (title: string, description: string, more: Keywords = {}) => ({
  title,
  description,
  [NULL_IS_ABSENT]: true,
  ...more,
})

/** Reads `early_terminate` from plain JSON and fills in defaults. Unknown keys are dropped. */
export const EarlyTerminateSchema = z
  .discriminatedUnion('type', [
    z
      .object({
        type: z.literal('hyperband'),
        min_iter: z
          .number()
          .int()
          .min(1)
          .optional()
          .describe('First band; the next ones are min_iter * eta^k'),
        max_iter: z
          .number()
          .int()
          .min(1)
          .optional()
          .describe('Last amount of resource; with s, bands are max_iter / eta^k for k = 1 to s'),
        s: z.number().min(1).optional().describe('Number of bands, together with max_iter'),
        eta,
        strict: z
          .boolean()
          .default(true)
          .describe('Compare the value at the band (true) or the best value so far (false)'),
        resource,
      })
      .superRefine((config, context) => {
        if (config.max_iter !== undefined && config.s !== undefined) {
          if (config.max_iter / config.eta >= 1) return
          context.addIssue({
            code: 'custom',
            path: ['max_iter'],
            message: 'max_iter / eta is below 1, so there is no band',
          })
        } else if (config.min_iter === undefined) {
          context.addIssue({
            code: 'custom',
            path: [],
            message: 'hyperband needs min_iter, or max_iter and s',
          })
        }
      })
      .meta(
        described(
          'hyperband',
          "W&B's Hyperband: the best 1/eta of the runs at a band continue",
          unless('min_iter', 'max_iter', 's'),
        ),
      ),
    z
      .object({
        type: z.literal('asha'),
        min_iter: z.number().int().min(1).default(2).describe('First rung'),
        max_iter: z.number().int().min(1).optional().describe('No rung beyond this amount of resource'),
        eta,
        brackets: z
          .number()
          .int()
          .min(1)
          .max(10)
          .default(1)
          .describe('Number of brackets; the first rung of each is eta times that of the one before'),
        resource,
      })
      .meta(described('asha', 'Asynchronous successive halving: the best 1/eta of the runs continue')),
    z
      .object({ type: z.literal('median'), min_iter: minIter, min_trials: minTrials, interval, resource })
      .meta(described('median', 'Stops a run whose best value is worse than the median of the others')),
    z
      .object({
        type: z.literal('percentile'),
        percentile: z
          .number()
          .gt(0)
          .lt(100)
          .describe('A run continues while it is among the best percentile percent'),
        min_iter: minIter,
        min_trials: minTrials,
        interval,
        resource,
      })
      .meta(described('percentile', 'As median, with a percentile of choice')),
    z
      .object({
        type: z.literal('threshold'),
        lower: z.number().optional().describe('Stop below this value'),
        upper: z.number().optional().describe('Stop above this value'),
        min_iter: minIter,
        resource,
      })
      .refine(
        (config) => config.lower !== undefined || config.upper !== undefined,
        'threshold needs lower or upper',
      )
      .meta(
        described(
          'threshold',
          'Stops a run whose metric leaves the bounds, or is not a number',
          unless('lower', 'upper'),
        ),
      ),
    z
      .object({
        type: z.literal('patience'),
        patience: z.number().int().min(1).describe('Amount of resource without an improvement'),
        min_delta: z.number().min(0).default(0).describe('Smallest change that counts as an improvement'),
        min_iter: minIter,
        resource,
      })
      .meta(described('patience', 'Stops a run that no longer improves')),
  ])
  .meta({ title: 'Early termination', description: 'Stops trials early' })

/** Keys of a type of early termination, `type` included. */
export function earlyTerminateKeys(type: string): readonly string[] | undefined {
  const option = EarlyTerminateSchema.options.find(({ shape }) => shape.type.value === type)
  return option && Object.keys(option.shape)
}
