import type { EarlyTerminate } from '../schema/early-terminate.ts'
import { asha } from './asha.ts'
import { hyperband } from './hyperband.ts'
import { median } from './median.ts'
import { patience } from './patience.ts'
import { percentile } from './percentile.ts'
import type { Stopper } from './stopper.ts'
import { threshold } from './threshold.ts'
import type { StopMetric } from './wording.ts'

/**
 * The stopper that a sweep config asks for. `metric` makes its reasons speak of the metric as it is reported. Throws
 * `Problem('invalid')` for options that leave nothing to decide.
 */
export const stopperFor = (config: EarlyTerminate, metric?: StopMetric): Stopper => {
  switch (config.type) {
    case 'hyperband':
      return hyperband(config, metric)
    case 'asha':
      return asha(config, metric)
    case 'median':
      return median(config, metric)
    case 'percentile':
      return percentile(config, metric)
    case 'threshold':
      return threshold(config, metric)
    case 'patience':
      return patience(config, metric)
  }
}
