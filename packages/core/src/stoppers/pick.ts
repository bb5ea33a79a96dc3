import type { EarlyTerminate } from '../schema/early-terminate.ts'
import { Problem } from '../schema/problem.ts'
import { hyperband } from './hyperband.ts'
import { median } from './median.ts'
import type { Stopper } from './stopper.ts'
import type { StopMetric } from './wording.ts'

/**
 * The stopper that a sweep config asks for. `metric` makes its reasons speak of the metric as it is reported. Throws
 * `Problem('invalid')` for a type that does not exist yet, and for options that leave nothing to decide.
 */
export const stopperFor = (config: EarlyTerminate, metric?: StopMetric): Stopper => {
  switch (config.type) {
    case 'hyperband':
      return hyperband(config, metric)
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
