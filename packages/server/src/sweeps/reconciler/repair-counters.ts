import type { Deps } from '../../deps.ts'
import { hasEnded } from '../load-sweep.ts'
import { END_STATES, endedTotal } from '../trials/trial-counts.ts'
import type { OpenRepair } from './open-repair.ts'
import { endedOf } from './repair-progress.ts'

/**
 * Replaces the counters by what the repair has counted, when an increment was lost or applied twice, and offers the best trial
 * again. The counters of a running sweep are replaced when their sum is wrong; of an ended one in any case, since two errors may
 * cancel out. Waits until no trial has ended within the grace period: the request that closed a trial counts it next. The head was
 * read before the trials. True when all trials have ended and the counters are right.
 */
export async function repairCounters(
  deps: Pick<Deps, 'store' | 'clock'>,
  { sweep: { record, head }, progress }: OpenRepair,
  graceMs: number,
): Promise<boolean> {
  const ended = endedOf(progress)
  const total = endedTotal(ended)
  const { best } = progress
  // After an amendment the best trial may be another one.
  if (best && (best.number !== head.best?.number || best.loss !== head.best.loss))
    await deps.store.offerBest(record.key, best, head.amended)
  // An amendment moves a trial from one end state to another, which the sum does not show.
  const mayDiffer = hasEnded(head) || head.amended !== undefined || endedTotal(head.ended) !== total
  if (!mayDiffer) return false
  if (progress.scanned !== head.taken || progress.lastEnd > deps.clock.now() - graceMs) return false
  const right = END_STATES.every((state) => ended[state] === head.ended[state])
  return (right || (await deps.store.recount(record.key, head, ended))) && total === head.taken
}
