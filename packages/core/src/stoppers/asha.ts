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
  /** How many brackets there are. Default 1. */
  readonly brackets?: number | undefined
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
 * With several brackets, the trials of bracket b (from 0) have their first rung at min_iter·eta^b and are compared among themselves:
 * who learns slowly gets its chance where early losses say little. That is Hyperband over this rule (Li et al. 2018, "Hyperband: a
 * novel bandit-based approach", Algorithm 1), and as there a bracket gets trials in proportion to eta^−b, so that each costs about as
 * much. Which bracket a trial is in follows from its number alone.
 *
 * Source: Li et al. 2020, "A system for massively parallel hyperparameter tuning", Algorithm 2, turned from promotion to
 * stopping; the best so far in the place of the last value forgives noise.
 */
export const asha = (options: AshaOptions, metric?: StopMetric): Stopper => {
  const { min_iter = 1, max_iter = Number.POSITIVE_INFINITY, eta = 3, brackets = 1, resource } = options
  const rungs = geometricRungs(min_iter, eta, Math.round).filter((rung) => rung < max_iter)
  return {
    nextRung: (amount) => nextOf(rungs, amount),
    decide: ({ rung, self, peers: everybody }) => {
      const bracket = bracketOf(self.number, brackets, eta)
      if (rung < rungs[Math.min(bracket, rungs.length - 1)]!) return { stop: false }
      const peers =
        brackets === 1
          ? everybody
          : everybody.filter(({ number }) => bracketOf(number, brackets, eta) === bracket)
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
          `${asReported(metric, last)}, the last of the ${figure(places)} that go on of ${figure(sorted.length)} trials ${brackets === 1 ? '' : `of bracket ${bracket + 1} `}there` +
          `${margin > 0 ? `, by more than the ${figure(margin)} that losses swing there` : ''}.`,
      }
    },
  }
}

/** Fractions of its multiples lie evenly between 0 and 1, however many there are: the golden section. */
const GOLDEN = (Math.sqrt(5) - 1) / 2

/** The bracket of a trial, from 0: any run of numbers has about eta^−b of them in bracket b. */
export function bracketOf(number: number, brackets: number, eta: number): number {
  const shares = Array.from({ length: brackets }, (_, b) => eta ** -b)
  let left = ((number * GOLDEN) % 1) * shares.reduce((sum, share) => sum + share, 0)
  for (const [b, share] of shares.entries()) {
    if (left < share) return b
    left -= share
  }
  return brackets - 1
}
