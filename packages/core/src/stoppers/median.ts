import { nextStep } from './rungs.ts'
import type { Stopper } from './stopper.ts'
import { asReported, measured, rungName, type StopMetric, trialCount, worseThan } from './wording.ts'

export interface MedianOptions {
  /** The first rung; no trial stops before it. Default 1. */
  readonly min_iter?: number | undefined
  /**
   * Amount of resource between two decisions, above 0. Default: each rung is twice the previous one, so a training of n
   * values has about log₂ n decisions. Each decision costs a write and a query, so small intervals are expensive.
   */
  readonly interval?: number | undefined
  /** No trial stops at a rung that fewer other trials have reached. Default 5. */
  readonly min_trials?: number | undefined
  /** The metric that counts resource (`epoch`). Default: the number of logged values. */
  readonly resource?: string | undefined
}

/**
 * Median stopping: a trial continues while its best loss so far is not worse than the median of the other trials at the
 * same rung. The best value is less noisy than the latest.
 *
 * Source: Golovin et al. 2017 (Google Vizier), §3.2.1, with the value at the rung instead of the running average.
 */
export const median = (options: MedianOptions, metric?: StopMetric): Stopper => {
  const { min_iter = 1, interval, min_trials = 5, resource } = options
  return {
    nextRung: nextStep(min_iter, interval),
    decide: ({ rung, self, peers, weight = 1 }) => {
      const others = peers.filter((peer) => peer.number !== self.number).map((peer) => peer.loss)
      if (others.length * weight < Math.max(1, min_trials)) return { stop: false }
      const middle = medianOf(others)
      if (!(self.best > middle)) return { stop: false }
      return {
        stop: true,
        reason:
          `median: best ${measured(metric, self.best)} up to ${rungName(resource, rung)} is ` +
          `${worseThan(metric)} the median ${asReported(metric, middle)} (${trialCount(others.length, weight)} other trials).`,
      }
    },
  }
}

/** Needs at least one value; the mean of the middle two for an even count. */
const medianOf = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b)
  const upper = sorted[sorted.length >> 1]!
  const lower = sorted[(sorted.length - 1) >> 1]!
  return lower + (upper - lower) / 2 // the plain sum could overflow
}
