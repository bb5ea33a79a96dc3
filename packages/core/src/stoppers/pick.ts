import { Problem } from '../schema/problem.ts'
import { hyperband } from './hyperband.ts'
import { median } from './median.ts'
import type { Stopper } from './stopper.ts'
import type { StopMetric } from './wording.ts'

/** `early_terminate` of a sweep config. Keys that a type does not use are ignored. */
export interface EarlyTerminateOptions {
  readonly type: string
  readonly min_iter?: number | undefined
  readonly max_iter?: number | undefined
  readonly s?: number | undefined
  readonly eta?: number | undefined
  readonly strict?: boolean | undefined
  readonly min_trials?: number | undefined
  readonly interval?: number | undefined
  readonly resource?: string | undefined
}

const HYPERBAND_ETA = 3 // W&B's default
const HYPERBAND_STRICT = true // W&B's default

/**
 * The stopper that a sweep config asks for. `metric` makes its reasons speak of the metric as it is reported. Throws
 * `Problem('invalid')` for a type that does not exist yet, and for options that leave nothing to decide.
 */
export const stopperFor = (config: EarlyTerminateOptions, metric?: StopMetric): Stopper => {
  switch (config.type) {
    case 'hyperband':
      return hyperband(
        { ...config, eta: config.eta ?? HYPERBAND_ETA, strict: config.strict ?? HYPERBAND_STRICT },
        metric,
      )
    case 'median':
      return median(config, metric)
    default: {
      const message = `early_terminate of type ${config.type} does not exist yet; use hyperband or median, or leave early_terminate out.`
      throw new Problem('invalid', 'early-terminate-not-available', message, {
        issues: [{ path: 'early_terminate.type', message, fix: 'use hyperband or median' }],
      })
    }
  }
}
