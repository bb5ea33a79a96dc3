import { sweepPath } from '@chimney/core/schema/names'
import { Problem } from '@chimney/core/schema/problem'
import { metricOf } from '@chimney/core/schema/sweep-config'
import type { Deps } from '../../deps.ts'
import type { LoadedSweep } from '../load-sweep.ts'
import { readTrialPages } from '../trials/trial-pages.ts'
import { MAX_TRIALS } from './read-evidence.ts'

/**
 * `no-best-yet`, with the reason: no trial has finished, none has a value, or none is feasible. Reads trials, the newest ones, only
 * of a sweep with constraints.
 */
export async function noBest(
  deps: Pick<Deps, 'store' | 'files' | 'clock'>,
  sweep: LoadedSweep,
): Promise<Problem> {
  return new Problem('not-found', 'no-best-yet', await reasonOf(deps, sweep))
}

async function reasonOf(deps: Pick<Deps, 'store' | 'files' | 'clock'>, sweep: LoadedSweep): Promise<string> {
  const { record, head } = sweep
  const path = sweepPath(record.key)
  const { finished } = head.ended
  const metric = metricOf(record.config)
  if (!metric)
    return `sweep ${path} has no metric, so no trial is the best; create a sweep with metric: {name, goal}`
  if (finished === 0) return `no trial of sweep ${path} has finished yet`
  const trials = finished === 1 ? '1 trial' : `${finished} trials`
  if (record.config.constraints?.length) {
    const after = Math.max(0, head.taken - MAX_TRIALS)
    const newest = await readTrialPages(deps, sweep, { after, limit: MAX_TRIALS })
    const judged = newest.filter(({ state, violation }) => state === 'finished' && violation !== undefined)
    if (judged.length > 0) {
      const [least] = judged.toSorted((a, b) => a.violation! - b.violation! || a.key.number - b.key.number)
      const nearest = Number.isFinite(least!.violation)
        ? `trial ${least!.key.number} is nearest, with a violation of ${Number(least!.violation!.toPrecision(4))}; relax the constraints or move the ranges towards its parameters`
        : 'each lacks a metric that the constraints need; log it in every trial'
      return `${trials} of sweep ${path} finished and none is feasible; ${nearest}`
    }
  }
  const note = head.missing === undefined ? '' : `: ${head.missing}`
  return `${trials} of sweep ${path} finished without ${metric.name}${note}; log it as a number, or name a logged metric in the sweep config`
}
