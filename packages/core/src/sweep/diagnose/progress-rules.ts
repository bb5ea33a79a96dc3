import { canonicalKey } from '../../schema/canonical.ts'
import { numberOf } from '../../schema/json.ts'
import { metricOf } from '../../schema/sweep-config.ts'
import { pointOf } from '../../space/point.ts'
import {
  counted,
  figure,
  finding,
  finish,
  type MeasuredTrial,
  measured,
  type Rule,
  type SweepEvidence,
} from './evidence.ts'

/** Pairs of trials with equal or nearly equal parameters. */
const MIN_PAIRS = 10
/** In each dimension, as a share of its distribution. */
const NEAR = 0.03
/** Share of the variance of all trials that the pairs explain by noise. */
const NOISE_SHARE = 0.7
/** All pairs of more trials would take too long: the newest ones are compared. */
const MAX_COMPARED = 300

/**
 * `noise`, a warning: at least 10 pairs of trials have equal parameters or lie within 3% of each range of another, and half the mean square of
 * the differences of their values is 70% or more of the variance of all trials. Then the order of the trials is unreliable.
 */
export const noise: Rule = (sweep) => {
  const trials = measured(sweep).slice(-MAX_COMPARED)
  const metric = metricOf(sweep.config)
  if (!metric || trials.length < MIN_PAIRS) return []
  const pairs = nearPairs(sweep, trials)
  const total = varianceOf(trials.map(({ value }) => value))
  if (pairs.length < MIN_PAIRS || !(total > 0)) return []
  const within = pairs.reduce((sum, [a, b]) => sum + (a.value - b.value) ** 2 / 2, 0) / pairs.length
  if (within < NOISE_SHARE * total) return []
  const shown = new Set(pairs.flat())
  return [
    finding(
      'noise',
      'warning',
      `trials with nearly equal parameters differ in ${metric.name} as much as all others do: standard deviation ${figure(Math.sqrt(within))} against ${figure(Math.sqrt(total))}`,
      `report the mean ${metric.name} of several seeds or of the last epochs, or fix the seed; repeat the best trial before you trust it`,
      {
        trials: [...shown].sort((a, b) => a.number - b.number),
        keys: [metric.name],
        numbers: { pairs: pairs.length, noise_sd: Math.sqrt(within), all_sd: Math.sqrt(total) },
      },
    ),
  ]
}

/** Each trial with the nearest earlier one that is not in a pair yet, so that no trial counts twice. */
function nearPairs(
  { space }: SweepEvidence,
  trials: readonly MeasuredTrial[],
): readonly (readonly [MeasuredTrial, MeasuredTrial])[] {
  const places = trials.map(({ params }) =>
    pointOf(space, params).map((value, d) => {
      const dimension = space.dimensions[d]!
      if (value === undefined) return ''
      if (dimension.categories !== undefined || numberOf(value) === undefined) return canonicalKey(value)
      return dimension.encode(value) ?? ''
    }),
  )
  const isNear = (a: readonly (string | number)[], b: readonly (string | number)[]) =>
    a.every((x, d) =>
      typeof x === 'number' && typeof b[d] === 'number' ? Math.abs(x - b[d]) <= NEAR : x === b[d],
    )
  const used = new Set<number>()
  const pairs: [MeasuredTrial, MeasuredTrial][] = []
  for (let i = 1; i < trials.length; i++)
    for (let j = i - 1; j >= 0; j--)
      if (!used.has(j) && isNear(places[i]!, places[j]!)) {
        pairs.push([trials[j]!, trials[i]!])
        used.add(i).add(j)
        break
      }
  return pairs
}

function varianceOf(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length - 1)
}

const MIN_SINCE = 50
const SINCE_SHARE = 0.6

/**
 * `no-improvement`, a remark: the best value is older than the last 50 finished trials with a value and older than 60% of all of
 * them. Of the trials that were read, so at least so many.
 */
export const noImprovement: Rule = (sweep) => {
  const trials = measured(sweep)
  const metric = metricOf(sweep.config)
  if (!metric || trials.length < MIN_SINCE) return []
  const best = trials.reduce((best, trial) => (trial.loss < best.loss ? trial : best))
  const since = trials.length - 1 - trials.indexOf(best)
  if (since < MIN_SINCE || since < SINCE_SHARE * trials.length) return []
  return [
    finding(
      'no-improvement',
      'remark',
      `no improvement since trial ${best.number} (${metric.name} ${figure(best.value)}): ${counted(since, 'trial')} finished after it`,
      'finish the sweep, or start a new one with narrower ranges around the best trials',
      { trials: [best], keys: [metric.name], numbers: { since, trials: trials.length, best: best.value } },
      finish(sweep),
    ),
  ]
}

const MIN_EQUAL = 10

/** `all-equal`, a warning: at least 10 finished trials, with at least 3 different parameters, all have the same value. */
export const allEqual: Rule = (sweep) => {
  const trials = measured(sweep)
  const metric = metricOf(sweep.config)
  if (!metric || trials.length < MIN_EQUAL || trials.some(({ value }) => value !== trials[0]!.value))
    return []
  const different = new Set(trials.map(({ params }) => canonicalKey(params)))
  if (different.size < 3) return []
  return [
    finding(
      'all-equal',
      'warning',
      `all ${trials.length} finished trials have ${metric.name} ${figure(trials[0]!.value)}`,
      `check that the training code uses the parameters, and that ${metric.name} is computed after training`,
      { trials, keys: [metric.name], numbers: { trials: trials.length, value: trials[0]!.value } },
      finish(sweep),
    ),
  ]
}
