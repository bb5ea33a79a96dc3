import type { SweepKey } from '@chimney/core/schema/names'
import { isEnd } from '@chimney/core/sweep/lifecycle'
import type { Deps } from '../../deps.ts'
import type { SweepHead } from '../../store/sweeps.ts'
import { hasEnded } from '../load-sweep.ts'
import { readTrials } from '../trials/read-trials.ts'
import { endedTotal, remainingNumbers } from '../trials/trial-counts.ts'

/** With more trials since the first open one, reconcile ends the sweep: a request reads no more than so many. */
const MAX_READ = 5_000

/**
 * Ends a sweep whose trials have all been handed out and have all ended; true when this call did. The counters are only a hint
 * (an increment can be lost, or applied twice by a retry), so the trials are read before the sweep ends.
 */
export async function endSweepIfOver(
  deps: Pick<Deps, 'store' | 'clock'>,
  key: SweepKey,
  head: SweepHead,
): Promise<boolean> {
  if (hasEnded(head) || remainingNumbers(head) > 0) return false
  // Also false when an increment was applied twice: reconcile repairs the counters first.
  if (head.taken !== endedTotal(head.ended)) return false
  if (head.taken - head.settled > MAX_READ) return false
  const trials = await readTrials(deps, key, head.settled)
  if (trials.length < head.taken - head.settled || trials.some((trial) => !isEnd(trial.state))) return false
  // Not read at a cold start.
  const { repairTrialLimit } = await import('../search/repair-trial-limit.ts')
  if (await repairTrialLimit(deps, key)) return false
  const next: SweepHead = {
    ...head,
    state: 'finished',
    settled: head.taken,
    updatedAt: deps.clock.now(),
    rev: head.rev + 1,
  }
  return deps.store.replaceHead(key, next, 0)
}
