import { nextStep } from './rungs.ts'
import type { Stopper } from './stopper.ts'
import { asReported, figure, measured, rungName, type StopMetric, trialCount, worseThan } from './wording.ts'

export interface PercentileOptions {
  /** In (0, 100). 50 is the median rule. */
  readonly percentile: number
  /** The first rung; no trial stops before it. Default 1. */
  readonly min_iter?: number | undefined
  /** Amount of resource between two decisions, above 0. Default: each rung is twice the previous one. */
  readonly interval?: number | undefined
  /** No trial stops at a rung that fewer other trials have reached. Default 5. */
  readonly min_trials?: number | undefined
  readonly resource?: string | undefined
}

/**
 * A trial continues while its best loss so far is not worse than the given percentile of the other trials at the same
 * rung: the median rule (Golovin et al. 2017, §3.2.1) for any percentile.
 */
export const percentile = (options: PercentileOptions, metric?: StopMetric): Stopper => {
  const { percentile: share, min_iter = 1, interval, min_trials = 5, resource } = options
  return {
    nextRung: nextStep(min_iter, interval),
    decide: ({ rung, self, peers, weight = 1 }) => {
      const others = peers
        .filter((peer) => peer.number !== self.number)
        .map((peer) => peer.loss)
        .sort((a, b) => a - b)
      if (others.length * weight < Math.max(1, min_trials)) return { stop: false }
      const bound = quantileOf(others, share / 100)
      if (!(self.best > bound)) return { stop: false }
      return {
        stop: true,
        reason:
          `percentile: best ${measured(metric, self.best)} up to ${rungName(resource, rung)} is ` +
          `${worseThan(metric)} the top-${figure(share)}% cutoff ${asReported(metric, bound)} (${trialCount(others.length, weight)} other trials).`,
      }
    },
  }
}

/** Between the two nearest of the ascending values: type 7 of Hyndman & Fan 1996. */
function quantileOf(sorted: readonly number[], share: number): number {
  const at = share * (sorted.length - 1)
  const lower = sorted[Math.floor(at)]!
  const upper = sorted[Math.ceil(at)]!
  return lower === upper ? lower : lower * (1 - (at % 1)) + upper * (at % 1)
}
