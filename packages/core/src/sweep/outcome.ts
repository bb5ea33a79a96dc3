/** What a run that has ended says to its sweep. */
import type { Json } from '../schema/json.ts'
import {
  type Constraint,
  lossOf,
  type Metric,
  metricOf,
  type SweepConfig,
  valueFromLoss,
} from '../schema/sweep-config.ts'
import type { EndState } from './lifecycle.ts'
import { metricValue } from './observe.ts'

/** `value` as reported; `loss` turned so that lower is better. Both or neither. */
export interface Outcome {
  readonly value?: number
  readonly loss?: number
  readonly rung?: number
  /** One value per metric of a sweep with several, in their order, the first of them `value`. */
  readonly values?: readonly number[]
  /** Total constraint violation: 0 when all hold, Infinity when a metric is missing. Only with constraints. */
  readonly violation?: number
  /** How far each bound of the constraints is missed, see `Observation.slacks`. Together with `violation`. */
  readonly slacks?: readonly number[]
}

type Ended = {
  readonly state: EndState
  readonly summary: { readonly [name: string]: Json }
  readonly rung?: number
  readonly rungLoss?: number
}
type Judged = Pick<SweepConfig, 'metric' | 'metrics' | 'constraints'>

/**
 * {@link outcomeOf} for all metrics and constraints of a sweep. A trial that lacks one of several metrics has none of them. One that was
 * stopped early has the first one as it was at its rung, and the others as they were last.
 */
export function judgedOutcome(ended: Ended, judged: Judged): Outcome {
  const { metrics, constraints } = judged
  const outcome = outcomeOf(ended, metricOf(judged))
  if (outcome.value === undefined) return outcome
  const others = (metrics ?? []).slice(1).map((other) => valueIn(ended.summary, other))
  if (others.includes(undefined)) return {}
  return {
    ...outcome,
    ...(others.length > 0 && { values: [outcome.value, ...(others as number[])] }),
    ...(constraints?.length && judgedConstraints(constraints, ended.summary)),
  }
}

function judgedConstraints(
  constraints: readonly Constraint[],
  summary: Ended['summary'],
): Pick<Outcome, 'violation' | 'slacks'> {
  const slacks = constraints.flatMap(({ name, min, max }) => {
    const value = metricValue(summary, name)
    const bounds = [
      ...(min === undefined ? [] : [(at: number) => min - at]),
      ...(max === undefined ? [] : [(at: number) => at - max]),
    ]
    return bounds.map((slack) => (value === undefined ? Number.POSITIVE_INFINITY : slack(value)))
  })
  return { violation: slacks.reduce((sum, slack) => sum + Math.max(0, slack), 0), slacks }
}

/**
 * The value of a trial: for one stopped early, the loss at its last rung (an honest observation of that much training);
 * otherwise what its summary says. A trial that failed, was killed or lost has none, since its last number was not its result.
 */
export function outcomeOf(ended: Ended, metric: Pick<Metric, 'name' | 'goal'> | undefined): Outcome {
  if (!metric || (ended.state !== 'finished' && ended.state !== 'stopped')) return {}
  if (ended.state === 'stopped' && ended.rung !== undefined && ended.rungLoss !== undefined)
    return { value: valueFromLoss(metric.goal, ended.rungLoss), loss: ended.rungLoss, rung: ended.rung }
  const value = valueIn(ended.summary, metric)
  return value === undefined ? {} : { value, loss: lossOf(metric.goal, value) }
}

const valueIn = (summary: Ended['summary'], metric: Pick<Metric, 'name' | 'goal'>): number | undefined =>
  metricValue(summary, metric.name) ?? chosenValue(summary, metric)

/**
 * W&B's `define_metric(…, summary='min')` puts an object such as `{min: 0.1}` in place of the value: then what the run chose to
 * keep is its value, the goal's own end first.
 */
function chosenValue(
  summary: { readonly [name: string]: Json },
  metric: Pick<Metric, 'name' | 'goal'>,
): number | undefined {
  const kinds = ['best', metric.goal === 'maximize' ? 'max' : 'min', 'last', 'mean']
  for (const kind of kinds) {
    const value = metricValue(summary, `${metric.name}.${kind}`)
    if (value !== undefined) return value
  }
  return undefined
}

/**
 * Whether a finished trial is at or beyond the metric's target; with several metrics, beyond all targets that there are. One
 * that violates a constraint does not reach the target.
 */
export function reachesTarget({ metric, metrics }: Judged, outcome: Outcome): boolean {
  const { value, values = value === undefined ? [] : [value], violation } = outcome
  const asked = (metrics ?? (metric ? [metric] : [])).flatMap(({ goal, target }, i) =>
    target === undefined ? [] : [{ goal, target, value: values[i] }],
  )
  if (asked.length === 0 || violation! > 0) return false
  return asked.every(
    (one) => one.value !== undefined && lossOf(one.goal, one.value) <= lossOf(one.goal, one.target),
  )
}

/** One loss per metric of a sweep with several, from the reported values; undefined for a trial of another list of metrics. */
export const lossesOf = (
  { metrics }: Judged,
  values: readonly number[] | undefined,
): readonly number[] | undefined =>
  values && metrics?.length === values.length
    ? values.map((value, i) => lossOf(metrics[i]!.goal, value))
    : undefined
