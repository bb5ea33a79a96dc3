import type { EndState } from '@chimney/core/sweep/lifecycle'
import type { EndCounts, SweepHead } from '../../store/sweeps.ts'

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

/** Trials that were handed out and have not ended, by the counters. */
export const openCount = (head: Pick<SweepHead, 'taken' | 'ended'>): number =>
  Math.max(0, head.taken - endedTotal(head.ended))

/** How many more trials may be handed out. */
export const remainingNumbers = (head: Pick<SweepHead, 'taken' | 'limit'>): number =>
  Math.max(0, (head.limit ?? Number.POSITIVE_INFINITY) - head.taken)
