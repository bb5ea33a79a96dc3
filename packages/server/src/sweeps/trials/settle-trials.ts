import type { SweepKey } from '@chimney/core/schema/names'
import type { Deps } from '../../deps.ts'
import type { TrialRecord } from '../../store/trials.ts'
import { markTrials } from '../results/settle-amendment.ts'
import { findBest } from './find-best.ts'

/** With more trials, the repair finds the best one again, within about a minute. */
const MAX_READ = 50_000

/** What follows from results that have changed after they were known: copies are stale, and another trial may be the best. Safe to repeat. */
export async function settleTrials(
  deps: Pick<Deps, 'store' | 'files' | 'clock' | 'onFailure'>,
  key: SweepKey,
  trials: readonly TrialRecord[],
): Promise<void> {
  const head = await markTrials(deps, key, trials)
  if (!head || head.best || head.taken > MAX_READ) return
  const current = await deps.store.getSweep(key)
  const best = current && (await findBest(deps, current))
  if (best) await deps.store.offerBest(key, best, current.head.amended)
}
