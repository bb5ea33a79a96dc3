import type { SweepKey } from '@chimney/core/schema/names'
import { isEnd } from '@chimney/core/sweep/lifecycle'
import type { Deps } from '../../deps.ts'
import type { SweepHead } from '../../store/sweeps.ts'
import { mendLimit } from '../search/repair-limit.ts'
import { readTrials } from '../trials/read-trials.ts'
import { endedTotal, placesLeft } from '../trials/trial-counts.ts'

/**
 * Ends a sweep that has nothing left to hand out and nothing open; true when this call did. The counters only suggest it (an
 * increment can be lost or doubled on the wire); the trials themselves decide.
 */
export async function endSweepIfOver(
  deps: Pick<Deps, 'store' | 'clock'>,
  key: SweepKey,
  head: SweepHead,
): Promise<boolean> {
  if (head.state !== 'running' && head.state !== 'paused') return false
  if (placesLeft(head) > 0) return false
  // More ends than trials were counted when an increment was doubled: then too the trials have to be counted first.
  if (head.taken !== endedTotal(head.ended)) return false
  const trials = await readTrials(deps, key, head.settled)
  if (trials.length < head.taken - head.settled || trials.some((trial) => !isEnd(trial.state))) return false
  if (await mendLimit(deps, key)) return false
  const next: SweepHead = {
    ...head,
    state: 'finished',
    settled: head.taken,
    updatedAt: deps.clock.now(),
    rev: head.rev + 1,
  }
  return deps.store.replaceHead(key, next, 0)
}
