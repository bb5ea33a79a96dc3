import type { SweepKey } from '@chimney/core/schema/names'
import { type PointResult, pointResult, type Replicate } from '@chimney/core/sweep/replicates'
import type { Deps } from '../../deps.ts'
import type { BestTrial } from '../../store/sweeps.ts'
import type { TrialRecord } from '../../store/trials.ts'
import { candidateOf } from './better-trial.ts'

/** A trial as a candidate for the best one; in a sweep with replicates its point, under the number of the first trial. */
export async function bestCandidate(
  deps: Pick<Deps, 'store'>,
  key: SweepKey,
  trial: TrialRecord,
): Promise<BestTrial | undefined> {
  const { replicate } = trial
  return replicate ? pointCandidate(await readPoint(deps, key, replicate), replicate) : candidateOf(trial)
}

export function pointCandidate(
  trials: readonly TrialRecord[],
  { first, of }: Pick<Replicate, 'first' | 'of'>,
): BestTrial | undefined {
  const result = pointResult(trials, of)
  const leader = trials.find((trial) => trial.key.number === first)
  return result && leader && { number: first, run: leader.run, value: result.value, loss: result.loss }
}

/** The result of the point of a trial; undefined without replicates, and before all of them have ended. */
export async function pointOf(
  deps: Pick<Deps, 'store'>,
  { key, replicate }: TrialRecord,
): Promise<PointResult | undefined> {
  return replicate && pointResult(await readPoint(deps, key, replicate), replicate.of)
}

/** The stored trials of a point. Enqueued trials may lie between them. */
async function readPoint(
  deps: Pick<Deps, 'store'>,
  { entity, project, sweep }: SweepKey,
  { first, of }: Replicate,
): Promise<readonly TrialRecord[]> {
  const found: TrialRecord[] = []
  for (let after = first - 1; ; ) {
    const trials = await deps.store.listTrials({ entity, project, sweep }, { after, limit: of })
    found.push(...trials.filter(({ replicate }) => replicate?.first === first))
    if (found.length >= of || trials.length < of) return found
    after = trials.at(-1)!.key.number
  }
}
