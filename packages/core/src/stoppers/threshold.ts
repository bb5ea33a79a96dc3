import { everyValue } from './rungs.ts'
import type { Stopper } from './stopper.ts'
import { asReported, measured, rungName, type StopMetric } from './wording.ts'

export interface ThresholdOptions {
  /** Stop below this value of the metric, as it is reported. */
  readonly lower?: number | undefined
  /** Stop above this value of the metric, as it is reported. */
  readonly upper?: number | undefined
  /** No trial stops before it. Default 1. */
  readonly min_iter?: number | undefined
  readonly resource?: string | undefined
}

/**
 * Stops a trial whose metric leaves its bounds, such as an exploding loss. Other trials do not matter. The value at each
 * logged amount of resource decides.
 */
export const threshold = (options: ThresholdOptions, metric?: StopMetric): Stopper => {
  const { lower, upper, min_iter = 1, resource } = options
  return {
    alone: { minDelta: 0 },
    nextRung: everyValue(min_iter, resource !== undefined),
    decide: ({ rung, self }) => {
      const value = metric?.goal === 'maximize' ? 0 - self.loss : self.loss
      const reason = (word: string, bound: number) =>
        `threshold: ${measured(metric, self.loss)} at ${rungName(resource, rung)} is ${word} ` +
        `${asReported(metric, metric?.goal === 'maximize' ? 0 - bound : bound)}.`
      if (lower !== undefined && value < lower) return { stop: true, reason: reason('below', lower) }
      if (upper !== undefined && value > upper) return { stop: true, reason: reason('above', upper) }
      return { stop: false }
    },
  }
}
