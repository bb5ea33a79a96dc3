import { noiseMargin } from './margin.ts'
import { geometricRungs, nextOf } from './rungs.ts'
import type { Stopper } from './stopper.ts'
import { asReported, figure, measured, rungName, type StopMetric } from './wording.ts'

export interface AshaOptions {
  /** The first rung. Default 1. */
  readonly min_iter?: number | undefined
  /** No rung at or beyond it. */
  readonly max_iter?: number | undefined
  /** Above 1; one trial in `eta` goes on. Default 3. */
  readonly eta?: number | undefined
  /** The metric that counts (`epoch`); absent: the values logged are counted. */
  readonly resource?: string | undefined
}

/**
 * Asynchronous successive halving of the stopping kind: at rungs min_iter·eta^k a trial goes on while its best loss so far
 * is among the best 1/eta of those that got there, rounded up: a place for a part of a trial is a place. Before `eta` trials
 * are there, nobody is stopped.
 *
 * The best one of a rung always goes on. So does whoever is as good as the last one that may, or worse by no more than the
 * losses there swing ({@link noiseMargin}): a decision that noise could turn around is left to the next rung.
 *
 * Source: Li et al. 2020, "A system for massively parallel hyperparameter tuning", Algorithm 2, turned from promotion to
 * stopping; the best so far in the place of the last value forgives noise.
 */
export const asha = (options: AshaOptions, metric?: StopMetric): Stopper => {
  const { min_iter = 1, max_iter = Number.POSITIVE_INFINITY, eta = 3, resource } = options
  const rungs = geometricRungs(min_iter, eta, Math.round).filter((rung) => rung < max_iter)
  return {
    nextRung: (amount) => nextOf(rungs, amount),
    decide: ({ rung, self, peers }) => {
      if (peers.length < eta) return { stop: false }
      const sorted = peers.map(({ best }) => best).sort((a, b) => a - b)
      const places = Math.ceil(sorted.length / eta)
      const last = sorted[places - 1]!
      const margin = noiseMargin(peers)
      if (!(self.best > last + margin)) return { stop: false }
      return {
        stop: true,
        reason:
          `asha: best ${measured(metric, self.best)} up to ${rungName(resource, rung)} is worse than ` +
          `${asReported(metric, last)}, the last of the ${figure(places)} that go on of ${figure(sorted.length)} trials there` +
          `${margin > 0 ? `, by more than the ${figure(margin)} that losses swing there` : ''}.`,
      }
    },
  }
}
