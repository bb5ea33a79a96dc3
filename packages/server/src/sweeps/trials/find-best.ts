import type { Deps } from '../../deps.ts'
import type { BestTrial } from '../../store/sweeps.ts'
import type { TrialRecord } from '../../store/trials.ts'
import type { LoadedSweep } from '../load-sweep.ts'
import { betterTrial, isBetter } from '../results/better-trial.ts'
import { pointCandidate } from '../results/point-best.ts'
import { readTrialPages } from '../trials/trial-pages.ts'

const PAGE = 5_000

/** The best trial of a sweep, from all its trials. */
export async function findBest(
  deps: Pick<Deps, 'store' | 'files' | 'clock' | 'onFailure'>,
  sweep: LoadedSweep,
): Promise<BestTrial | undefined> {
  let best: BestTrial | undefined
  const points = new Map<number, TrialRecord[]>()
  for (let after = 0; ; ) {
    const trials = await readTrialPages(deps, sweep, { after, limit: PAGE })
    best = trials.reduce(betterTrial, best)
    for (const trial of trials) {
      const { first } = trial.replicate ?? {}
      if (first !== undefined) points.set(first, [...(points.get(first) ?? []), trial])
    }
    if (trials.length < PAGE) return bestPoint(points) ?? best
    after = trials[trials.length - 1]!.key.number
  }
}

/** Of the points of a sweep with replicates, by their first numbers. */
function bestPoint(points: ReadonlyMap<number, readonly TrialRecord[]>): BestTrial | undefined {
  let best: BestTrial | undefined
  for (const trials of points.values()) {
    const candidate = pointCandidate(trials, trials[0]!.replicate!)
    if (candidate && (!best || isBetter(candidate, best))) best = candidate
  }
  return best
}
