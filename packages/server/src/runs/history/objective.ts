import { metricOf, type SweepConfig } from '@chimney/core/schema/sweep-config'
import { stopperFor } from '@chimney/core/stoppers/pick'
import type { Stopper } from '@chimney/core/stoppers/stopper'
import { chosenMetrics } from '@chimney/core/sweep/chosen-value'
import type { Objective } from '@chimney/core/sweep/observe'

export interface ObjectiveAndStopper {
  readonly objective: Objective
  readonly stopper: Stopper | undefined
}

/** What a sweep evaluates in the metrics of its runs; undefined when its config names no metric. */
export function objectiveOf(config: SweepConfig): ObjectiveAndStopper | undefined {
  const { early_terminate } = config
  const metric = metricOf(config)
  if (!metric) return undefined
  const chosen = chosenMetrics(config.metrics ?? [metric])
  const stopper = early_terminate && stopperFor(early_terminate, metric)
  return {
    objective: {
      metric: metric.name,
      goal: metric.goal,
      ...(stopper && { stopper }),
      ...(chosen.length > 0 && { chosen }),
      ...(early_terminate?.resource !== undefined && { resource: early_terminate.resource }),
    },
    stopper,
  }
}
