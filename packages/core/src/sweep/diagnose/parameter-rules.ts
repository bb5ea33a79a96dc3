import type { Finding, Remedy } from '../../schema/api/diagnosis.ts'
import { shown } from '../../schema/diagnostics.ts'
import { parameterPointer } from '../../schema/json-pointer.ts'
import { metricOf } from '../../schema/sweep-config.ts'
import { valueAt } from '../../space/point.ts'
import type { Dimension } from '../../space/space.ts'
import { importanceOf } from '../importance.ts'
import {
  concluded,
  counted,
  finding,
  type MeasuredTrial,
  measured,
  newSweep,
  type Rule,
  type SweepEvidence,
  setDistribution,
  type TrialEvidence,
} from './evidence.ts'

/** Below it an importance of 0 is common for a parameter that matters. */
const MIN_TRIALS = 50
const NO_SHARE = 0.02
/** Two standard errors of a rank correlation of independent values are 2/√n. */
const ERRORS = 2

/**
 * `no-effect`, a remark: with at least 50 finished trials with a value, the parameter has less than 2% of the importance
 * (`core/sweep/importance`) and a rank correlation that chance explains, while others have some.
 */
export const noEffect: Rule = (sweep) => {
  const trials = measured(sweep)
  if (trials.length < MIN_TRIALS) return []
  const all = importanceOf(trials, metricOf(sweep.config)!.goal)
  if (!all.some(({ importance }) => importance > NO_SHARE)) return []
  const none = all.filter(
    ({ importance, correlation }) =>
      importance < NO_SHARE && Math.abs(correlation ?? 0) < ERRORS / Math.sqrt(trials.length),
  )
  if (none.length === 0) return []
  const names = none.map(({ parameter }) => parameter)
  return [
    finding(
      'no-effect',
      'remark',
      `${names.slice(0, 5).join(', ')}${names.length > 5 ? ` and ${names.length - 5} others` : ''} ${names.length === 1 ? 'has' : 'have'} no visible effect in ${counted(trials.length, 'trial')}`,
      `fix ${names.length === 1 ? 'it' : 'them'} at a good value, so that the search has fewer parameters`,
      { keys: names, numbers: { trials: trials.length, parameters: names.length } },
      fixedAtBest(sweep, trials, names),
    ),
  ]
}

/** The named parameters as constants with the values of the best trial. */
function fixedAtBest(
  { space }: SweepEvidence,
  trials: readonly MeasuredTrial[],
  names: readonly string[],
): Remedy | undefined {
  const best = trials.reduce((best, trial) => (trial.loss < best.loss ? trial : best))
  const changes = space.dimensions.flatMap((dimension) => {
    const value = names.includes(dimension.name) ? valueAt(best.params, dimension.path) : undefined
    return value === undefined ? [] : [setDistribution(dimension, { value })]
  })
  return changes.length === 0 ? undefined : newSweep(...changes)
}

const MIN_FAILED = 3
const MIN_OTHERS = 3
/** More values than these are no list of choices. */
const MAX_VALUES = 100
/** Chance that so many trials fail in a row at the rate of the others, above which nothing is said; for all values of the parameter together. */
const CHANCE = 0.0001

/**
 * `value-fails`, a warning: at least 3 trials had this value of a listed or integer parameter (at most 100 values) and all of them failed
 * or gave no value, at least 3 trials with other values did not, and at the failure rate of the others that would be a
 * chance below 1 in 10,000.
 */
export const valueFails: Rule = (sweep) => {
  const trials = concluded(sweep)
  const metric = metricOf(sweep.config)
  const failed = ({ state, value }: TrialEvidence) =>
    state === 'failed' || (metric !== undefined && value === undefined)
  return sweep.space.dimensions.flatMap((dimension): readonly Finding[] => {
    if (!(dimension.size > 1 && dimension.size <= MAX_VALUES)) return []
    const groups = new Map<number, TrialEvidence[]>()
    for (const trial of trials) {
      const value = valueAt(trial.params, dimension.path)
      const index = value === undefined ? undefined : dimension.indexOf(value)
      if (index !== undefined) groups.set(index, [...(groups.get(index) ?? []), trial])
    }
    return [...groups].flatMap(([index, group]): readonly Finding[] => {
      if (group.length < MIN_FAILED || !group.every(failed)) return []
      const others = trials.filter((trial) => !group.includes(trial))
      const bad = others.filter(failed).length
      if (others.length - bad < MIN_OTHERS) return []
      const rate = (bad + 1) / (others.length + 2)
      if (rate ** group.length * groups.size >= CHANCE) return []
      const { name } = dimension
      const value = shown(dimension.at(index))
      return [
        finding(
          'value-fails',
          'warning',
          `all ${group.length} trials with ${name} = ${value} failed or gave no value, and ${bad} of the other ${others.length} did`,
          `read the log of trial ${group[0]!.number}, and remove ${value} from ${name} if it cannot work`,
          {
            trials: group,
            keys: [name, value],
            numbers: { failed: group.length, others: others.length, others_failed: bad },
          },
          withoutValue(dimension, index),
        ),
      ]
    })
  })
}

/** Only of a plain list: in one with probabilities these would have to change too. */
function withoutValue({ path, config, categories, size, at }: Dimension, index: number): Remedy | undefined {
  if (categories === undefined || 'probabilities' in config || size < 2) return undefined
  const left = categories.filter((_, i) => i !== index)
  return categories[index] === at(index)
    ? newSweep({ op: 'add', path: parameterPointer(path, 'values'), value: left })
    : undefined
}
