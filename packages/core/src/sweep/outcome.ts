/** What a run that has ended says to its sweep. */
import type { Json } from '../schema/json.ts'
import { lossOf, type Metric, valueFromLoss } from '../schema/sweep-config.ts'
import type { EndState } from './lifecycle.ts'
import { metricValue } from './observe.ts'

/** `value` as reported; `loss` turned so that lower is better. Both or neither. */
export interface Outcome {
  readonly value?: number
  readonly loss?: number
  readonly rung?: number
}

/**
 * The value of a trial: for one stopped early, the loss at its last rung (an honest observation of that much training);
 * otherwise what its summary says. A trial that failed, was killed or lost has none, since its last number was not its result.
 */
export function outcomeOf(
  ended: {
    readonly state: EndState
    readonly summary: { readonly [name: string]: Json }
    readonly rung?: number
    readonly rungLoss?: number
  },
  metric: Pick<Metric, 'name' | 'goal'> | undefined,
): Outcome {
  if (!metric || (ended.state !== 'finished' && ended.state !== 'stopped')) return {}
  if (ended.state === 'stopped' && ended.rung !== undefined && ended.rungLoss !== undefined)
    return { value: valueFromLoss(metric.goal, ended.rungLoss), loss: ended.rungLoss, rung: ended.rung }
  const value = metricValue(ended.summary, metric.name) ?? chosenValue(ended.summary, metric)
  return value === undefined ? {} : { value, loss: lossOf(metric.goal, value) }
}

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

/** Whether a finished trial's value is at or beyond the metric's target. */
export const reachesTarget = (
  metric: Pick<Metric, 'goal' | 'target'> | undefined,
  loss: number | undefined,
): boolean => metric?.target !== undefined && loss !== undefined && loss <= lossOf(metric.goal, metric.target)
