import { type Json, parseJson } from '@chimney/core/schema/json'
import { metricOf } from '@chimney/core/schema/sweep-config'
import { metricValue } from '@chimney/core/sweep/observe'
import type { Deps } from '../../deps.ts'
import type { SweepRecord } from '../../store/sweeps.ts'

export interface LatestMetricValue {
  readonly run: string
  readonly number: number
  readonly attempt: number
  /** Finite; the last one that the current attempt has reported. */
  readonly value: number
}

/**
 * The latest value of the sweep's metric for those of these runs that are running. Runs of other sweeps, ended runs and runs
 * without a value are left out. One read unit per run.
 */
export async function latestMetricValues(
  deps: Pick<Deps, 'store'>,
  { key, config }: Pick<SweepRecord, 'key' | 'config'>,
  runs: readonly string[],
): Promise<readonly LatestMetricValue[]> {
  const metric = metricOf(config)
  if (!metric) return []
  const { entity, project, sweep } = key
  const lives = await deps.store.getLives([...new Set(runs)].map((run) => ({ entity, project, run })))
  return lives.flatMap((live) => {
    if (live?.sweep !== sweep || live.state !== 'running' || live.number === undefined) return []
    const value = metricValue(parseJson(live.summary) as { [name: string]: Json }, metric.name)
    if (value === undefined || !Number.isFinite(value)) return []
    return [{ run: live.key.run, number: live.number, attempt: live.attempt, value }]
  })
}
