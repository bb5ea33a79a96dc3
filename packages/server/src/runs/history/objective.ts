import { metricOf, type SweepConfig } from '@chimney/core/schema/sweep-config'
import { stopperFor } from '@chimney/core/stoppers/pick'
import type { Stopper } from '@chimney/core/stoppers/stopper'
import type { Objective } from '@chimney/core/sweep/observe'

/** What a sweep wants to know of its runs' metrics. */
export function objectiveOf(
  config: SweepConfig,
): { objective: Objective; stopper: Stopper | undefined } | undefined {
  const { early_terminate } = config
  const metric = metricOf(config)
  if (!metric) return undefined
  const stopper = early_terminate && stopperFor(early_terminate, metric)
  return {
    objective: {
      metric: metric.name,
      goal: metric.goal,
      ...(stopper && { stopper }),
      ...(early_terminate?.resource !== undefined && { resource: early_terminate.resource }),
    },
    stopper,
  }
}
