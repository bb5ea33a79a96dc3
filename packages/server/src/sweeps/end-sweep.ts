import type { SweepKey } from '@chimney/core/schema/names'
import { type EndState, isEnd } from '@chimney/core/sweep/lifecycle'
import type { Deps } from '../deps.ts'
import type { EndCounts, SweepHead } from '../store/store.ts'
import { mendLimit } from './mend-limit.ts'
import { readTrials } from './read-trials.ts'

export const END_STATES = [
  'finished',
  'failed',
  'stopped',
  'killed',
  'crashed',
] as const satisfies readonly EndState[]

export const NONE_ENDED: EndCounts = { finished: 0, failed: 0, stopped: 0, killed: 0, crashed: 0 }

export const endedTotal = (ended: EndCounts): number =>
  END_STATES.reduce((sum, state) => sum + ended[state], 0)

/** Trials handed out that have not ended, by the counters. */
export const openCount = (head: Pick<SweepHead, 'taken' | 'ended'>): number =>
  Math.max(0, head.taken - endedTotal(head.ended))

/** How many more numbers may be taken. */
export const placesLeft = (head: Pick<SweepHead, 'taken' | 'limit'>): number =>
  Math.max(0, (head.limit ?? Number.POSITIVE_INFINITY) - head.taken)

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
