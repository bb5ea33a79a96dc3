import { nextStep } from './rungs.ts'
import type { Stopper } from './stopper.ts'
import { asReported, figure, measured, rungName, type StopMetric } from './wording.ts'

export interface MedianOptions {
  /** The first rung: nobody is stopped before it. Default 1. */
  readonly min_iter?: number | undefined
  /**
   * Amount of resource between two decisions, above 0. Absent: each rung is twice the one before, so that a training of
   * n values is asked about log₂ n times. Every decision costs a write and a query, so small intervals are dear.
   */
  readonly interval?: number | undefined
  /** Nobody is stopped at a rung that fewer other trials have reached. Default 5: the median of a few says little. */
  readonly min_trials?: number | undefined
  /** The metric that counts (`epoch`); absent: the values logged are counted. */
  readonly resource?: string | undefined
}

/**
 * Median stopping: a trial goes on while its best loss so far is not worse than the median of what the other trials had
 * at the same rung. Comparing the best so far rather than the latest value forgives noise.
 *
 * Source: Golovin et al. 2017 (Google Vizier), §3.2.1, with the value at the rung in the place of the running average.
 */
export const median = (options: MedianOptions, metric?: StopMetric): Stopper => {
  const { min_iter = 1, interval, min_trials = 5, resource } = options
  return {
    nextRung: nextStep(min_iter, interval),
    decide: ({ rung, self, peers }) => {
      const others = peers.filter((peer) => peer.number !== self.number).map((peer) => peer.loss)
      if (others.length < Math.max(1, min_trials)) return { stop: false }
      const middle = medianOf(others)
      if (!(self.best > middle)) return { stop: false }
      return {
        stop: true,
        reason:
          `median: best ${measured(metric, self.best)} up to ${rungName(resource, rung)} is worse than ` +
          `${asReported(metric, middle)}, the median of ${figure(others.length)} other trials there.`,
      }
    },
  }
}

/** Of at least one value; the mean of the middle two when their number is even. */
const medianOf = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b)
  const upper = sorted[sorted.length >> 1]!
  const lower = sorted[(sorted.length - 1) >> 1]!
  return lower + (upper - lower) / 2 // the plain sum could overflow
}
