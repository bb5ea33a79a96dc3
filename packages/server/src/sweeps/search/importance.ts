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

export interface ImportanceQuery {
  /** One of several metrics; the first when absent. */
  readonly metric?: string | undefined
  /** Only trials with these numbers. */
  readonly includes?: ((number: number) => boolean) | undefined
}

/** The importance of each parameter for a metric of the sweep, most important first. */
export async function sweepImportance(
  deps: Pick<Deps, 'store' | 'files' | 'clock'>,
  sweep: SweepRecord,
  head: SweepHead,
  { metric: name, includes = () => true }: ImportanceQuery = {},
): Promise<{ metric: string; trials: number; parameters: readonly ParameterImportance[] }> {
  const { metrics = [] } = sweep.config
  const first = metricOf(sweep.config)
  const index = name === undefined ? -1 : metrics.findIndex((one) => one.name === name)
  const metric = name === undefined || name === first?.name ? first : metrics[index]
  if (first && !metric)
    throw new Problem(
      'invalid',
      'unknown-metric',
      `sweep ${sweepPath(sweep.key)} has no metric ${name}; it has ${metrics.map((one) => one.name).join(', ') || first.name}`,
      { issues: [{ path: 'metric', message: 'is not a metric of the sweep' }] },
    )
  if (!metric)
    throw new Problem(
      'conflict',
      'sweep-without-metric',
      `sweep ${sweepPath(sweep.key)} has no metric, so there is no parameter importance; create a sweep with metric: {name, goal}`,
    )
  const measured: Measured[] = []
  for (let after = 0; measured.length < MAX_TRIALS; ) {
    const trials = await readTrialPages(deps, { record: sweep, head }, { after, limit: PAGE })
    for (const { key, params, value, values } of trials) {
      const own = metric === first ? (value ?? values?.[index]) : values?.[index]
      if (own !== undefined && Number.isFinite(own) && includes(key.number))
        measured.push({ params, value: own })
    }
    if (trials.length < PAGE) break
    after = trials[trials.length - 1]!.key.number
  }
  return { metric: metric.name, trials: measured.length, parameters: importanceOf(measured, metric.goal) }
}
