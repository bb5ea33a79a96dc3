import { Problem } from '../schema/problem.ts'
import { ascending, geometricRungs, nextOf } from './rungs.ts'
import type { Stopper } from './stopper.ts'
import { asReported, figure, measured, rungName, type StopMetric, trialCount, worseThan } from './wording.ts'

/** W&B's keys of `early_terminate`. Either `min_iter`, or `max_iter` with `s`, which take precedence. */
export interface HyperbandOptions {
  /** The first band; each next one is `eta` times as far. At least 1. */
  readonly min_iter?: number | undefined
  readonly max_iter?: number | undefined
  /** Number of bands below `max_iter`, which is not a band. */
  readonly s?: number | undefined
  /** Above 1. One in `eta` trials continues past each band. */
  readonly eta: number
  /** True: the value at the band is compared. False: the best value up to the band, which forgives noise. */
  readonly strict: boolean
  /** The metric that counts resource (`epoch`). Default: the number of logged values. */
  readonly resource?: string | undefined
}

/**
 * The bands of W&B's `hyperband`, ascending, each once: `max_iter/eta^k` for k = 1 … s, cut to integers and ended below 1; or
 * `min_iter·eta^k` for k = 0 … 99.
 */
export const hyperbandBands = (options: HyperbandOptions): readonly number[] => {
  const { min_iter, max_iter, s, eta } = options
  if (max_iter === undefined || s === undefined)
    return min_iter === undefined ? [] : geometricRungs(min_iter, eta, Math.trunc)
  const bands: number[] = []
  for (let k = 0, band = max_iter / eta; k < s && band >= 1; k++, band /= eta) bands.push(Math.trunc(band))
  return ascending(bands)
}

/**
 * W&B's early termination: a trial continues past a band only if it is not worse than the value at index
 * `floor(n / eta)` of the n values there, sorted ascending, its own included. With one or two trials only the best
 * continues. Equal trials both continue.
 *
 * W&B counts iterations from 0, as `_step` does: band 3 compares the fourth value logged. So without a `resource` the
 * rung is the band plus one, a count of values; with one (`epoch`) the rung is the band itself.
 *
 * Throws `Problem('invalid')` when the options leave no band.
 *
 * Source: the rule of the PyPI package `sweeps` 0.2.0, after Li et al. 2018 (Hyperband); `test/golden` compares.
 */
export const hyperband = (options: HyperbandOptions, metric?: StopMetric): Stopper => {
  const { eta, strict, resource } = options
  if (!(eta > 1)) throw noBands(`eta is ${figure(eta)}; it must be above 1`)
  const bands = hyperbandBands(options)
  if (bands.length === 0)
    throw noBands('it leaves no band; give min_iter, or a larger max_iter with s, or a smaller eta')
  const rungs = resource === undefined ? bands.map((band) => band + 1) : bands
  return {
    nextRung: (amount) => nextOf(rungs, amount),
    decide: ({ rung, self, peers, weight = 1 }) => {
      const values = peers.map((peer) => peer.loss).sort((a, b) => a - b)
      const threshold = values[Math.floor(values.length / eta)] ?? Number.POSITIVE_INFINITY
      const compared = strict ? self.loss : self.best
      if (!(compared > threshold)) return { stop: false }
      return {
        stop: true,
        reason:
          `hyperband: ${strict ? '' : 'best '}${measured(metric, compared)} at ${rungName(resource, rung)} is ` +
          `${worseThan(metric)} the top-1/${figure(eta)} cutoff ${asReported(metric, threshold)} (${trialCount(values.length, weight)} trials).`,
      }
    },
  }
}

const noBands = (what: string) =>
  new Problem('invalid', 'early-terminate-invalid', `early_terminate of type hyperband: ${what}.`)
