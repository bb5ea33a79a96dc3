import { noiseMargin } from './margin.ts'
import { geometricRungs, nextOf } from './rungs.ts'
import type { RungValue, Stopper } from './stopper.ts'
import { extrapolated } from './trend.ts'
import { asReported, figure, measured, rungName, type StopMetric, trialCount, worseThan } from './wording.ts'

export interface AshaOptions {
  /** The first rung. Default 2, since one value does not show how fast a loss falls. */
  readonly min_iter?: number | undefined
  /** No rung at or beyond it. */
  readonly max_iter?: number | undefined
  /** Above 1; one in `eta` trials continues. Default 3. */
  readonly eta?: number | undefined
  /** Number of brackets. Default 1. */
  readonly brackets?: number | undefined
  /** The metric that counts resource (`epoch`). Default: the number of logged values. */
  readonly resource?: string | undefined
}

/**
 * Asynchronous successive halving, stopping variant: at rungs min_iter·eta^k a trial continues if its mean loss since the
 * previous rung is among the best 1/eta of the trials that reached the rung. No trial stops before `eta` trials are there.
 * A trial outside the best 1/eta also continues
 *
 * - if it has the best mean or the best single loss so far;
 * - if it misses the cutoff by no more than the standard error of such a mean ({@link noiseMargin});
 * - if its extrapolation from the previous rung ({@link extrapolated}) is the best at the next rung. The best trainings are often
 *   slow, so their early losses rank low. Domhan et al. 2015, "Speeding up automatic hyperparameter optimization of deep neural
 *   networks by extrapolation of learning curves", stop by such a forecast; here it only prevents a stop, since a forecast
 *   from two points is weak.
 *
 * With several brackets, trials of bracket b (from 0) have their first rung at min_iter·eta^b and are compared within the
 * bracket, which helps slow learners. That is Hyperband over this rule (Li et al. 2018, "Hyperband: a novel bandit-based
 * approach", Algorithm 1): a bracket gets trials in proportion to eta^−b, so all brackets cost about the same. The bracket
 * follows from the trial number.
 *
 * Source: Li et al. 2020, "A system for massively parallel hyperparameter tuning", Algorithm 2, changed from promotion to
 * stopping, with a mean instead of the last value.
 */
export const asha = (options: AshaOptions, metric?: StopMetric): Stopper => {
  const { min_iter = 2, max_iter = Number.POSITIVE_INFINITY, eta = 3, brackets = 1, resource } = options
  const rungs = geometricRungs(min_iter, eta, Math.round).filter((rung) => rung < max_iter)
  return {
    looksAhead: true,
    nextRung: (amount) => nextOf(rungs, amount),
    decide: ({ rung, self, peers: allPeers, weight = 1, ahead: allAhead = [] }) => {
      const bracket = bracketOf(self.number, brackets, eta)
      if (rung < rungs[Math.min(bracket, rungs.length - 1)]!) return { stop: false }
      const like = ({ number }: RungValue) => brackets === 1 || bracketOf(number, brackets, eta) === bracket
      const peers = allPeers.filter(like)
      if (peers.length * weight < eta) return { stop: false }
      const means = peers.map(meanOf).sort((a, b) => a - b)
      const cutoff = means[Math.max(1, Math.floor(means.length / eta)) - 1]!
      const margin = noiseMargin(peers)
      const own = meanOf(self)
      if (!(own > cutoff + margin) || !peers.some(({ best }) => best < self.best)) return { stop: false }
      const next = nextOf(rungs, rung)
      const ahead = allAhead.filter(like).map(meanOf)
      const there =
        next === undefined || self.from === undefined || ahead.length < eta
          ? undefined
          : extrapolated(self.from, rung, own, next)
      const best = ahead.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)
      if (there !== undefined && there + margin < best) return { stop: false }
      const at = rungName(resource, rung)
      const forecast =
        there === undefined
          ? ''
          : ` Extrapolated to ${asReported(metric, there)} at ${rungName(resource, next!)}, ` +
            `where the best trial has ${asReported(metric, best)}.`
      return {
        stop: true,
        reason:
          `asha: mean ${measured(metric, own)} up to ${at} is ${worseThan(metric)} the top-1/${figure(eta)} cutoff ` +
          `${asReported(metric, cutoff)} (${trialCount(means.length, weight)} trials${brackets === 1 ? '' : ` in bracket ${bracket + 1}`}` +
          `${margin > 0 ? `, margin ${figure(margin)}` : ''}).${forecast}`,
      }
    },
  }
}

/** Older records have no mean, only the loss at the rung. */
const meanOf = ({ mean, loss }: RungValue): number => mean ?? loss

/** Golden ratio: fractional parts of its multiples are evenly spread over [0, 1). */
const GOLDEN = (Math.sqrt(5) - 1) / 2

/** The bracket of a trial, from 0. Of consecutive numbers, a share proportional to eta^−b is in bracket b. */
export function bracketOf(number: number, brackets: number, eta: number): number {
  const shares = Array.from({ length: brackets }, (_, b) => eta ** -b)
  let left = ((number * GOLDEN) % 1) * shares.reduce((sum, share) => sum + share, 0)
  for (const [b, share] of shares.entries()) {
    if (left < share) return b
    left -= share
  }
  return brackets - 1
}
