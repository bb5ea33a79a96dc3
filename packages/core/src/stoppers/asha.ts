import { noiseMargin } from './margin.ts'
import { geometricRungs, nextOf } from './rungs.ts'
import type { RungValue, Stopper } from './stopper.ts'
import { carriedOn } from './trend.ts'
import { asReported, figure, measured, rungName, type StopMetric } from './wording.ts'

export interface AshaOptions {
  /** The first rung. Default 2: the first value alone does not say how fast a loss falls. */
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
 * Asynchronous successive halving of the stopping kind: at rungs min_iter·eta^k a trial goes on while its mean loss since the rung
 * before is among the best 1/eta of those that got there. Before `eta` trials are there, nobody is stopped. Who is not among
 * them goes on all the same
 *
 * - when it has the best mean or the best single loss that anybody had by then;
 * - when it is worse than the last one that may by no more than the error of such a mean ({@link noiseMargin}): a decision that
 *   noise could turn around is left to the next rung;
 * - when, falling on as it did since the rung before ({@link carriedOn}), it would be the best at the next rung. The best trainings
 *   are often slow ones, whose losses rank low for long: to stop whom early losses rank low is then worse than to stop at random.
 *   Domhan et al. 2015, "Speeding up automatic hyperparameter optimization of deep neural networks by extrapolation of learning
 *   curves", stop by such a forecast; here it only spares, as a forecast from two points is a hint and no more.
 *
 * With several brackets, the trials of bracket b (from 0) have their first rung at min_iter·eta^b and are compared among themselves:
 * who learns slowly gets its chance where early losses say little. That is Hyperband over this rule (Li et al. 2018, "Hyperband: a
 * novel bandit-based approach", Algorithm 1), and as there a bracket gets trials in proportion to eta^−b, so that each costs about as
 * much. Which bracket a trial is in follows from its number alone.
 *
 * Source: Li et al. 2020, "A system for massively parallel hyperparameter tuning", Algorithm 2, turned from promotion to
 * stopping, with a mean in the place of the last value.
 */
export const asha = (options: AshaOptions, metric?: StopMetric): Stopper => {
  const { min_iter = 2, max_iter = Number.POSITIVE_INFINITY, eta = 3, brackets = 1, resource } = options
  const rungs = geometricRungs(min_iter, eta, Math.round).filter((rung) => rung < max_iter)
  return {
    looksAhead: true,
    nextRung: (amount) => nextOf(rungs, amount),
    decide: ({ rung, self, peers: everybody, ahead: everybodyAhead = [] }) => {
      const bracket = bracketOf(self.number, brackets, eta)
      if (rung < rungs[Math.min(bracket, rungs.length - 1)]!) return { stop: false }
      const like = ({ number }: RungValue) => brackets === 1 || bracketOf(number, brackets, eta) === bracket
      const peers = everybody.filter(like)
      if (peers.length < eta) return { stop: false }
      const means = peers.map(meanOf).sort((a, b) => a - b)
      const places = Math.max(1, Math.floor(means.length / eta))
      const last = means[places - 1]!
      const margin = noiseMargin(peers)
      const own = meanOf(self)
      if (!(own > last + margin) || !peers.some(({ best }) => best < self.best)) return { stop: false }
      const next = nextOf(rungs, rung)
      const ahead = everybodyAhead.filter(like).map(meanOf)
      const there =
        next === undefined || self.from === undefined || ahead.length < eta
          ? undefined
          : carriedOn(self.from, rung, own, next)
      const best = ahead.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)
      if (there !== undefined && there + margin < best) return { stop: false }
      const at = rungName(resource, rung)
      const forecast =
        there === undefined
          ? ''
          : ` Falling on as it did it would be at ${asReported(metric, there)} by ${rungName(resource, next!)}, ` +
            `where the best one had ${asReported(metric, best)}.`
      return {
        stop: true,
        reason:
          `asha: ${measured(metric, own)}, the mean up to ${at}, is worse than ` +
          `${asReported(metric, last)}, the last of the ${figure(places)} that go on of ${figure(means.length)} trials ${brackets === 1 ? '' : `of bracket ${bracket + 1} `}there` +
          `${margin > 0 ? `, by more than the ${figure(margin)} that such a mean may be off` : ''}.${forecast}`,
      }
    },
  }
}

/** Records of before means were kept have the loss at the rung alone. */
const meanOf = ({ mean, loss }: RungValue): number => mean ?? loss

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
