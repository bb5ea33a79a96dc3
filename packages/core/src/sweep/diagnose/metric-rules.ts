import type { Finding } from '../../schema/api/diagnosis.ts'
import { type Goal, type Metric, metricOf } from '../../schema/sweep-config.ts'
import {
  concluded,
  counted,
  cut,
  finding,
  newSweep,
  type Rule,
  type SweepEvidence,
  type TrialEvidence,
} from './evidence.ts'
import { wordsOf } from './logged.ts'
import { kindWords, type MissingValue, missingValue } from './missing-value.ts'

/** Some trials without the metric: so many, and such a share of the finished ones, are worth a warning. */
const MIN_SOMETIMES = 3
const SOMETIMES_SHARE = 0.2

/**
 * Finished trials without a value. `metric-missing`: the metric was not logged; `metric-not-a-number`: it was logged as text, boolean or
 * object; `metric-not-finite`: as NaN or infinity. An error from the first finished trial on while no trial has a value (for
 * `metric-not-finite` from the second on); a warning when at least 3 finished trials and a fifth of them have none.
 */
export const missingMetric: Rule = (sweep) => {
  const metric = metricOf(sweep.config)
  if (!metric) return []
  const finished = sweep.trials.filter(({ state }) => state === 'finished')
  const without = finished.filter(({ value }) => value === undefined)
  const none = sweep.trials.every(({ value }) => value === undefined)
  if (without.length === 0) return []
  if (!none && (without.length < MIN_SOMETIMES || without.length < SOMETIMES_SHARE * finished.length))
    return []
  const missing = without.flatMap((trial) => {
    const why = trial.run && missingIn(sweep, trial)
    return why ? [{ ...why, trial }] : []
  })
  const main = mostOf(
    missing.map(({ why }) => (why === 'absent' || why === 'not-finite' ? why : 'not-a-number')),
  )
  if (none && main === 'not-finite' && without.length < 2) return []
  const severity = none ? 'error' : 'warning'
  const numbers = { finished: finished.length, without: without.length }
  const name = cut(missing.find(({ metric }) => metric)?.metric ?? metric.name, 100)
  const trials = none
    ? `${counted(without.length, 'trial')} finished without ${name}`
    : `${without.length} of ${finished.length} finished trials have no ${name}`
  if (main === 'not-finite')
    return [
      finding(
        'metric-not-finite',
        severity,
        none
          ? `${name} is NaN or infinite in ${none && without.length === finished.length ? 'all' : ''} ${counted(without.length, 'finished trial')}`.replace(
              '  ',
              ' ',
            )
          : `${name} is NaN or infinite in ${without.length} of ${finished.length} finished trials`,
        'look for the step at which it becomes NaN: lower the learning rate range, clip gradients, or guard a division or logarithm by zero',
        { trials: without, keys: [name], numbers },
      ),
    ]
  if (main === 'not-a-number') {
    const kind = missing.find(({ why }) => why !== 'absent' && why !== 'not-finite')!
      .why as keyof typeof kindWords
    return [
      finding(
        'metric-not-a-number',
        severity,
        `${trials}: it was logged as ${kindWords[kind]}`,
        `log ${name} as a number, for example float(${name})`,
        { trials: without, keys: [name], numbers },
      ),
    ]
  }
  const nearest = mostOf(missing.flatMap(({ nearest }) => nearest ?? []))
  const others = [...new Set(missing.flatMap(({ others }) => others))]
  const logged =
    nearest ??
    (others.length > 0
      ? others
          .slice(0, 5)
          .map((key) => cut(key, 60))
          .join(', ')
      : 'no number')
  return [
    finding(
      'metric-missing',
      severity,
      missing.length === 0 ? trials : `${trials}; they logged ${cut(logged, 300)}`,
      nearest
        ? `log ${name}, or create the sweep with metric: {name: ${nearest}}`
        : others.length > 0
          ? `log ${name} in the training code, or name one of the logged metrics in the sweep config`
          : `log ${name} in the training code: run.log({'${name}': value})`,
      { trials: without, keys: nearest ? [nearest] : others, numbers },
      nearest && !sweep.config.metrics
        ? newSweep({ op: 'add', path: '/metric/name', value: nearest })
        : undefined,
    ),
  ]
}

/** The first of the sweep's metrics that the trial lacks. */
function missingIn(
  { config }: SweepEvidence,
  { run }: TrialEvidence,
): (MissingValue & { readonly metric: string }) | undefined {
  const metrics: readonly Pick<Metric, 'name'>[] = config.metrics ?? [metricOf(config)!]
  for (const { name } of metrics) {
    const missing = missingValue(run!.logged, name)
    if (missing) return { ...missing, metric: name }
  }
  return undefined
}

export function mostOf<T>(values: readonly T[]): T | undefined {
  const counts = new Map<T, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0]
}

/** Fewer finished trials are not enough to say that the metric is logged once. */
const MIN_ONCE = 3

/**
 * `metric-logged-once`, a warning: `early_terminate` is set, at least 3 finished trials were read, and each has logged the metric at
 * most once. Then no trial is stopped, because there is nothing to compare before its end.
 */
export const loggedOnce: Rule = (sweep) => {
  const metric = metricOf(sweep.config)
  const { early_terminate: early } = sweep.config
  if (!metric || !early) return []
  const read = sweep.trials.filter(
    ({ state, value, run }) => state === 'finished' && value !== undefined && run,
  )
  if (read.length < MIN_ONCE || read.some(({ run }) => run!.reports > 1)) return []
  return [
    finding(
      'metric-logged-once',
      'warning',
      `early_terminate (${early.type}) cannot stop a trial: ${metric.name} was logged at most once in each of ${counted(read.length, 'trial')}`,
      `log ${metric.name} after every epoch, or remove early_terminate`,
      { trials: read, keys: [metric.name], numbers: { trials: read.length, reports: 1 } },
      newSweep({ op: 'remove', path: '/early_terminate' }),
    ),
  ]
}

const HIGH = new Set(
  'acc accuracy top1 top5 f1 fbeta auc auroc auprc roc precision recall reward rewards iou miou dice r2 bleu rouge ndcg psnr ssim'.split(
    ' ',
  ),
)
const LOW = new Set(
  'loss losses err error errors rmse mse mae mape rmsle logloss perplexity ppl nll cer wer fid latency'.split(
    ' ',
  ),
)
/** Words that turn the meaning of the others. */
const TURNING = new Set(['neg', 'negative', 'minus', 'inverse', 'inv', 'drop'])

/** The goal that a name suggests; undefined when no word, or words of both kinds, do. */
export function goalOfName(name: string): Goal | undefined {
  const words = wordsOf(name)
  if (words.some((word) => TURNING.has(word))) return undefined
  const high = words.some((word) => HIGH.has(word))
  const low = words.some((word) => LOW.has(word))
  if (high === low) return undefined
  return high ? 'maximize' : 'minimize'
}

/**
 * `goal-opposite`, a warning without a minimal count of trials: the goal of a metric is the opposite of what a word of its name
 * suggests (accuracy, F1, AUC, reward: maximize; loss, error, RMSE: minimize). Silent for names with words of both kinds, and for
 * `neg_…`.
 */
export const oppositeGoal: Rule = ({ config }) => {
  const metrics = config.metrics ?? (config.metric ? [config.metric] : [])
  return metrics.flatMap(({ name, goal }, i): readonly Finding[] => {
    const usual = goalOfName(name)
    if (usual === undefined || usual === goal) return []
    return [
      finding(
        'goal-opposite',
        'warning',
        `the sweep ${goal}s ${name}, and a metric of this name is usually ${usual}d`,
        `if ${usual === 'maximize' ? 'higher' : 'lower'} is better, create the sweep with metric: {name: ${name}, goal: ${usual}}`,
        { keys: [name] },
        newSweep({ op: 'add', path: config.metrics ? `/metrics/${i}/goal` : '/metric/goal', value: usual }),
      ),
    ]
  })
}

/** Fewer finished trials are not enough to say that no parameters satisfy the constraints. */
const MIN_INFEASIBLE = 3
/** From here on an error: a search with feasible regions would have found one. */
const MANY_INFEASIBLE = 20

/**
 * `constraint-missing`, an error: at least 2 finished trials with a value, and all of them lack a constrained metric.
 * `none-feasible`: at least 3 of them, and all violate the constraints; an error from 20 on, otherwise a warning. Names the least violation.
 */
export const noneFeasible: Rule = (sweep) => {
  const { constraints } = sweep.config
  const judged = concluded(sweep).filter(
    ({ state, violation }) => state === 'finished' && violation !== undefined,
  )
  if (!constraints?.length || judged.length < 2 || judged.some(({ violation }) => violation === 0)) return []
  const names = constraints.map(({ name }) => name)
  const absent = names.filter((name) => judged.some(({ run }) => run && run.logged.get(name) !== 'number'))
  if (judged.every(({ violation }) => violation === Number.POSITIVE_INFINITY)) {
    const shown = absent.length > 0 ? absent : names
    return [
      finding(
        'constraint-missing',
        'error',
        `none of ${counted(judged.length, 'finished trial')} reported ${shown.join(' and ')}, which the constraints need`,
        `log ${shown.join(' and ')} as a number in every trial, or correct the name in constraints`,
        { trials: judged, keys: shown, numbers: { finished: judged.length } },
      ),
    ]
  }
  if (judged.length < MIN_INFEASIBLE) return []
  const least = judged.reduce((best, trial) => (trial.violation! < best.violation! ? trial : best))
  return [
    finding(
      'none-feasible',
      judged.length >= MANY_INFEASIBLE ? 'error' : 'warning',
      `none of ${counted(judged.length, 'finished trial')} satisfies the constraints; trial ${least.number} is nearest, with a violation of ${Number(least.violation!.toPrecision(4))}`,
      `relax the bounds of ${names.join(', ')}, or move the ranges towards the parameters of trial ${least.number}`,
      {
        trials: [least],
        keys: names,
        numbers: { finished: judged.length, least_violation: least.violation! },
      },
    ),
  ]
}
