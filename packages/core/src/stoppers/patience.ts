import { everyValue } from './rungs.ts'
import type { Stopper } from './stopper.ts'
import { figure, measured, rungName, type StopMetric } from './wording.ts'

export interface PatienceOptions {
  /** Amount of resource without an improvement after which a trial stops. At least 1. */
  readonly patience: number
  /** An improvement is a loss lower than the last improvement's by more than this. Default 0. */
  readonly min_delta?: number | undefined
  /** No trial stops before it. Default 1. */
  readonly min_iter?: number | undefined
  readonly resource?: string | undefined
}

/**
 * Stops a trial that no longer improves, independent of other trials: Prechelt 1998, "Early stopping - but when?", the
 * criterion UP counted from the last improvement.
 */
export const patience = (options: PatienceOptions, metric?: StopMetric): Stopper => {
  const { patience: most, min_delta = 0, min_iter = 1, resource } = options
  return {
    alone: { minDelta: min_delta },
    nextRung: everyValue(min_iter, resource !== undefined),
    decide: ({ rung, self }) => {
      const { improvedAt } = self
      if (improvedAt === undefined || !(rung - improvedAt >= most)) return { stop: false }
      return {
        stop: true,
        reason:
          `patience: best ${measured(metric, self.best)} has not improved` +
          `${min_delta > 0 ? ` by more than ${figure(min_delta)}` : ''} since ${rungName(resource, improvedAt)} ` +
          `(now ${rungName(resource, rung)}, patience ${figure(most)}).`,
      }
    },
  }
}
