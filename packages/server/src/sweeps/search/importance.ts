import { sweepPath } from '@chimney/core/schema/names'
import { Problem } from '@chimney/core/schema/problem'
import { metricOf } from '@chimney/core/schema/sweep-config'
import { importanceOf, type Measured, type ParameterImportance } from '@chimney/core/sweep/importance'
import type { Deps } from '../../deps.ts'
import type { SweepHead, SweepRecord } from '../../store/sweeps.ts'
import { readTrialBlocks } from '../trials/trial-pages.ts'

/** More trials tell nothing more, and would cost the reader the time. The first ones are taken. */
const MAX_TRIALS = 20_000
const PAGE = 4_000

/** How much each parameter matters for the sweep's metric, most important first. */
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
      `sweep ${sweepPath(sweep.key)} names no metric, so nothing can be important for it; create it with metric: {name, goal}`,
    )
  const measured: Measured[] = []
  for (let after = 0; measured.length < MAX_TRIALS; ) {
    const trials = await readTrialBlocks(deps, { record: sweep, head }, { after, limit: PAGE })
    for (const { params, value } of trials) if (value !== undefined) measured.push({ params, value })
    if (trials.length < PAGE) break
    after = trials[trials.length - 1]!.key.number
  }
  return { metric: metric.name, trials: measured.length, parameters: importanceOf(measured, metric.goal) }
}
