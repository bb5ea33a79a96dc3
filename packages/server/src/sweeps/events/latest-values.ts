import { type Json, parseJson } from '@chimney/core/schema/json'
import { metricOf } from '@chimney/core/schema/sweep-config'
import { metricValue } from '@chimney/core/sweep/observe'
import type { Deps } from '../../deps.ts'
import type { SweepRecord } from '../../store/sweeps.ts'

export interface LatestValue {
  readonly run: string
  readonly number: number
  readonly attempt: number
  /** Finite; the last one that the present attempt has told. */
  readonly value: number
}

/**
 * What the running ones of these runs have told of the sweep's metric last. It is no result: none is kept on a trial before its end. Runs of
 * other sweeps, that have ended, or that told no number yet are left out. One read unit a run.
 */
export async function latestValues(
  deps: Pick<Deps, 'store'>,
  { key, config }: Pick<SweepRecord, 'key' | 'config'>,
  runs: readonly string[],
): Promise<readonly LatestValue[]> {
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
