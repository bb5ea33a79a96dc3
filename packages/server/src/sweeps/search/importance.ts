import { sweepPath } from '@chimney/core/schema/names'
import { Problem } from '@chimney/core/schema/problem'
import { metricOf } from '@chimney/core/schema/sweep-config'
import { importanceOf, type Measured, type ParameterImportance } from '@chimney/core/sweep/importance'
import type { Deps } from '../../deps.ts'
import type { SweepHead, SweepRecord } from '../../store/sweeps.ts'
import { readTrialPages } from '../trials/trial-pages.ts'

/** The first ones are used: more trials hardly change the result and cost time. */
const MAX_TRIALS = 20_000
const PAGE = 4_000

/** The importance of each parameter for the sweep's metric, most important first. */
export async function sweepImportance(
  deps: Pick<Deps, 'store' | 'files' | 'clock'>,
  sweep: SweepRecord,
  head: SweepHead,
): Promise<{ metric: string; trials: number; parameters: readonly ParameterImportance[] }> {
  const metric = metricOf(sweep.config)
  if (!metric)
    throw new Problem(
      'conflict',
      'sweep-without-metric',
      `sweep ${sweepPath(sweep.key)} has no metric, so there is no parameter importance; create a sweep with metric: {name, goal}`,
    )
  const measured: Measured[] = []
  for (let after = 0; measured.length < MAX_TRIALS; ) {
    const trials = await readTrialPages(deps, { record: sweep, head }, { after, limit: PAGE })
    for (const { params, value } of trials) if (value !== undefined) measured.push({ params, value })
    if (trials.length < PAGE) break
    after = trials[trials.length - 1]!.key.number
  }
  return { metric: metric.name, trials: measured.length, parameters: importanceOf(measured, metric.goal) }
}
