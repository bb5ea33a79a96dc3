import type { Sample } from './sample.ts'

/**
 * Indices of the samples, best first. A trial that was stopped early ran less far than a finished one and was given up for
 * a reason, so it follows all that finished; among such trials the one that came further is the better one, then the one
 * with the lower loss. Equals keep their order.
 */
export const orderOf = (samples: readonly Sample[]): readonly number[] =>
  samples
    .map((_, index) => index)
    .sort((a, b) => {
      const [left, right] = [samples[a]!, samples[b]!]
      const byRung = (right.rung ?? Number.POSITIVE_INFINITY) - (left.rung ?? Number.POSITIVE_INFINITY)
      // Two infinities have no difference.
      return (Number.isNaN(byRung) ? 0 : byRung) || left.loss - right.loss || a - b
    })
