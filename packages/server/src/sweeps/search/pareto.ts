import { hypervolume, paretoFront } from '@chimney/core/samplers/multi/pareto'
import { sweepPath } from '@chimney/core/schema/names'
import { Problem } from '@chimney/core/schema/problem'
import { valueFromLoss } from '@chimney/core/schema/sweep-config'
import { lossesOf } from '@chimney/core/sweep/outcome'
import type { Deps } from '../../deps.ts'
import type { SweepRecord } from '../../store/sweeps.ts'
import type { TrialRecord } from '../../store/trials.ts'
import { trialsAfter } from '../trials/list-trials.ts'

/** The first ones are used, as for parameter importance. */
const MAX_TRIALS = 20_000

export interface Pareto {
  readonly metrics: readonly { readonly name: string; readonly goal: 'minimize' | 'maximize' }[]
  /** Finished trials that satisfy the constraints and that no other such trial dominates, ascending by number. */
  readonly trials: readonly TrialRecord[]
  /** In the metrics' own units and signs: the worst value of each metric among the compared trials. */
  readonly reference: readonly number[]
  /** The volume that the front dominates, up to the reference. */
  readonly hypervolume: number
}

/** The Pareto front of a sweep with several metrics. */
export async function sweepPareto(deps: Pick<Deps, 'store'>, { key, config }: SweepRecord): Promise<Pareto> {
  const { metrics } = config
  if (!metrics)
    throw new Problem(
      'conflict',
      'sweep-with-one-metric',
      `sweep ${sweepPath(key)} has no list of metrics, so it has no Pareto front; read its best trial instead`,
    )
  const trials: TrialRecord[] = []
  const points: (readonly number[])[] = []
  for await (const chunk of trialsAfter(deps, key, 0)) {
    for (const trial of chunk) {
      const losses = lossesOf(config, trial.values)
      if (trial.state !== 'finished' || losses === undefined || trial.violation! > 0) continue
      trials.push(trial)
      points.push(losses)
    }
    if (trials.length >= MAX_TRIALS) break
  }
  const front = paretoFront(points)
  const worst = metrics.map((_, m) => points.reduce((top, point) => Math.max(top, point[m]!), -Infinity))
  return {
    metrics: metrics.map(({ name, goal }) => ({ name, goal })),
    trials: front.map((i) => trials[i]!),
    reference: points.length === 0 ? [] : worst.map((loss, m) => valueFromLoss(metrics[m]!.goal, loss)),
    hypervolume: hypervolume(
      front.map((i) => points[i]!),
      worst,
    ),
  }
}
