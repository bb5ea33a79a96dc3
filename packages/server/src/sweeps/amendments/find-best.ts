import type { Deps } from '../../deps.ts'
import type { BestTrial } from '../../store/sweeps.ts'
import type { LoadedSweep } from '../load-sweep.ts'
import { betterTrial } from '../results/better-trial.ts'
import { readTrialPages } from '../trials/trial-pages.ts'

const PAGE = 5_000

/** The best trial of a sweep, from all its trials. */
export async function findBest(
  deps: Pick<Deps, 'store' | 'files' | 'clock' | 'onFailure'>,
  sweep: LoadedSweep,
): Promise<BestTrial | undefined> {
  let best: BestTrial | undefined
  for (let after = 0; ; ) {
    const trials = await readTrialPages(deps, sweep, { after, limit: PAGE })
    best = trials.reduce(betterTrial, best)
    if (trials.length < PAGE) return best
    after = trials[trials.length - 1]!.key.number
  }
}
