import type { Series } from '../charts/line-chart-draw.ts'
import { type Budget, bestSoFar, resultOf } from '../model/best-so-far.ts'
import { edfWithin } from '../model/edf.ts'
import { formatCount } from '../model/format.ts'
import { clipOutliers, type Goal, numberColumn, worstFirstOf } from '../model/trial-table.ts'
import type { ComparedSweep } from './use-compared-sweeps.ts'

type Curve = Pick<Series, 'id' | 'label' | 'xs' | 'ys'>

/** Sweeps with the same metric and goal: only their values can be compared. */
export interface MetricGroup {
  readonly key: string
  readonly name: string
  readonly goal: Goal
  readonly best: readonly Curve[]
  /** Of the trials that were not stopped early. */
  readonly distributions: readonly Curve[]
}

export function metricGroups(compared: readonly ComparedSweep[], budget: Budget): readonly MetricGroup[] {
  const groups = new Map<string, ComparedSweep[]>()
  for (const one of compared) {
    const { metric } = one.sweep
    if (!metric) continue
    const key = `${metric.goal} ${metric.name}`
    groups.set(key, [...(groups.get(key) ?? []), one])
  }
  return [...groups].map(([key, members]) => {
    const { name, goal } = members[0]!.sweep.metric!
    const results = members.map(({ sweep, trials }) => {
      const ended = trials.filter(({ state }) => state !== 'stopped')
      return { sweep, ended, values: Float64Array.from(ended, (trial) => resultOf(trial) ?? Number.NaN) }
    })
    const axes = results.map(({ ended, values }) =>
      clipOutliers(numberColumn('value', name, values), worstFirstOf(values, goal), ended),
    )
    const axis = {
      min: Math.min(...axes.map(({ min }) => min)),
      max: Math.max(...axes.map(({ max }) => max)),
    }
    return {
      key,
      name,
      goal,
      best: members.map(({ sweep, trials }) => ({
        id: sweep.id,
        label: sweep.name ?? sweep.id,
        ...bestSoFar(trials, goal, budget),
      })),
      distributions: results.map(({ sweep, values }) => ({
        id: sweep.id,
        label: `${sweep.name ?? sweep.id} (${formatCount(values.filter(Number.isFinite).length)})`,
        ...edfWithin(values, axis),
      })),
    }
  })
}
