import * as z from 'zod'

/** What every kind of early termination may say. */
interface Common {
  /**
   * Name of the metric whose value is the amount of resource spent (an epoch, tokens seen). Absent: the count of logged
   * finite values of the sweep's metric, as in W&B.
   */
  readonly resource?: string
}

/** W&B's hyperband: at each band a run goes on if it is among the best 1/eta of those that got so far. */
export interface HyperbandConfig extends Common {
  readonly type: 'hyperband'
  /** First band; the others are min_iter·eta^k. At least 1. */
  readonly min_iter?: number
  /** Last amount of resource; bands are max_iter/eta^k for k = 1 … s. Wins over `min_iter`. */
  readonly max_iter?: number
  /** Count of bands; always there with `max_iter`. */
  readonly s?: number
  /** Above 1; 3 unless given. */
  readonly eta: number
  /** Compare the value at the band (true, the default) or the best so far. */
  readonly strict: boolean
}

/** Asynchronous successive halving (Li et al. 2020): rungs min_iter·eta^k, the best 1/eta of those at a rung go on. */
export interface AshaConfig extends Common {
  readonly type: 'asha'
  /** First rung; 2 unless given. */
  readonly min_iter: number
  readonly max_iter?: number
  /** Above 1; 3 unless given. */
  readonly eta: number
  /** How many kinds of trials there are, each with its first rung `eta` times later than the one before; 1 unless given. */
  readonly brackets: number
}

/** Stops a run whose best value is worse than the median of what the others had at the same point. */
export interface MedianConfig extends Common {
  readonly type: 'median'
  /** No decision before this amount of resource; 1 unless given. */
  readonly min_iter: number
  /** No decision before so many runs have got as far; 5 unless given. */
  readonly min_trials: number
  /** Amount of resource between two decisions. Absent: each comes at twice the amount of the one before. */
  readonly interval?: number
}

/** As median, with another share: a run goes on while it is among the best `percentile` percent. */
export interface PercentileConfig extends Common {
  readonly type: 'percentile'
  /** Above 0, below 100. */
  readonly percentile: number
  readonly min_iter: number
  readonly min_trials: number
  readonly interval?: number
}

/** Stops a run whose metric passes a bound, or is not a number. At least one bound is there. */
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

/** A sweep's `early_terminate`, defaults filled in. Which kinds exist is decided by the stoppers. */
export type EarlyTerminate =
  | HyperbandConfig
  | AshaConfig
  | MedianConfig
  | PercentileConfig
  | ThresholdConfig
  | PatienceConfig

const resource = z.string().min(1).optional()
const eta = z.number().gt(1).default(3)
const minIter = z.number().int().min(1).default(1)
const minTrials = z.number().int().min(1).default(5)
const interval = z.number().int().min(1).optional()

/** Reads `early_terminate` from plain JSON and fills in defaults. Unknown keys are dropped. */
export const EarlyTerminateSchema = z.discriminatedUnion('type', [
  z
    .object({
      type: z.literal('hyperband'),
      min_iter: z.number().int().min(1).optional(),
      max_iter: z.number().int().min(1).optional(),
      s: z.number().min(1).optional(),
      eta,
      strict: z.boolean().default(true),
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
        context.addIssue({ code: 'custom', path: [], message: 'hyperband needs min_iter, or max_iter and s' })
      }
    }),
  z.object({
    type: z.literal('asha'),
    min_iter: z.number().int().min(1).default(2),
    max_iter: z.number().int().min(1).optional(),
    eta,
    brackets: z.number().int().min(1).max(10).default(1),
    resource,
  }),
  z.object({ type: z.literal('median'), min_iter: minIter, min_trials: minTrials, interval, resource }),
  z.object({
    type: z.literal('percentile'),
    percentile: z.number().gt(0).lt(100),
    min_iter: minIter,
    min_trials: minTrials,
    interval,
    resource,
  }),
  z
    .object({
      type: z.literal('threshold'),
      lower: z.number().optional(),
      upper: z.number().optional(),
      min_iter: minIter,
      resource,
    })
    .refine(
      (config) => config.lower !== undefined || config.upper !== undefined,
      'threshold needs lower or upper',
    ),
  z.object({
    type: z.literal('patience'),
    patience: z.number().int().min(1),
    min_delta: z.number().min(0).default(0),
    min_iter: minIter,
    resource,
  }),
])

/** Keys that a kind of early termination takes, `type` included. */
export function earlyTerminateKeys(type: string): readonly string[] | undefined {
  const option = EarlyTerminateSchema.options.find(({ shape }) => shape.type.value === type)
  return option && Object.keys(option.shape)
}
