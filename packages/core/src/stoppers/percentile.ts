import { nextStep } from './rungs.ts'
import type { Stopper } from './stopper.ts'
import { asReported, figure, measured, rungName, type StopMetric } from './wording.ts'

export interface PercentileOptions {
  /** In (0, 100): the share of the other trials that is good enough. 50 is the median rule. */
  readonly percentile: number
  /** The first rung: nobody is stopped before it. Default 1. */
  readonly min_iter?: number | undefined
  /** Amount of resource between two decisions, above 0. Absent: each rung is twice the one before. */
  readonly interval?: number | undefined
  /** Nobody is stopped at a rung that fewer other trials have reached. Default 5. */
  readonly min_trials?: number | undefined
  readonly resource?: string | undefined
}

/**
 * A trial goes on while its best loss so far is not worse than the given percentile of what the other trials had at the
 * same rung: the median rule (Golovin et al. 2017, §3.2.1) with a bound of one's own.
 */
export const percentile = (options: PercentileOptions, metric?: StopMetric): Stopper => {
  const { percentile: share, min_iter = 1, interval, min_trials = 5, resource } = options
  return {
    nextRung: nextStep(min_iter, interval),
    decide: ({ rung, self, peers }) => {
      const others = peers
        .filter((peer) => peer.number !== self.number)
        .map((peer) => peer.loss)
        .sort((a, b) => a - b)
      if (others.length < Math.max(1, min_trials)) return { stop: false }
      const bound = quantileOf(others, share / 100)
      if (!(self.best > bound)) return { stop: false }
      return {
        stop: true,
        reason:
          `percentile: best ${measured(metric, self.best)} up to ${rungName(resource, rung)} is worse than ` +
          `${asReported(metric, bound)}, which the best ${figure(share)} % of ${figure(others.length)} other trials had there.`,
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
