import type { SweepKey } from '@chimney/core/schema/names'
import { isEnd } from '@chimney/core/sweep/lifecycle'
import type { UnixMs } from '../../clock.ts'
import type { Deps } from '../../deps.ts'
import type { SweepHead, SweepRecord } from '../../store/sweeps.ts'
import type { TrialRecord } from '../../store/trials.ts'
import { readTrialBlocks } from '../trials/trial-pages.ts'
import type { EventCursor } from './event-cursor.ts'

export interface SweepChanges {
  readonly record: SweepRecord
  readonly head: SweepHead
  /** What changed, ascending by number. */
  readonly trials: readonly TrialRecord[]
  readonly cursor: EventCursor
}

/** Trials of one answer: below what a function may answer (6 MB) also when each has a thousand characters. */
const MAX_TOLD = 4_000
/**
 * A write carries the time at which its writer began, and becomes visible a little later; writers' clocks differ too. What
 * changed so shortly before is told again: twice is harmless, since each change is told as the whole trial, never is not.
 */
const OVERLAP_MS = 10_000

/** What changed in a sweep since the cursor; undefined when there is no such sweep. */
export async function readEvents(
  deps: Pick<Deps, 'store' | 'files' | 'clock'>,
  key: SweepKey,
  cursor: EventCursor,
): Promise<SweepChanges | undefined> {
  const startedAt = cursor.rest?.startedAt ?? deps.clock.now()
  const sweep = await deps.store.getSweep(key)
  return sweep && readChanges(deps, sweep, cursor, startedAt)
}

/**
 * The same for a sweep that was read after `startedAt`. Reads only trials beyond the ones that had ended and were told, so a
 * result that arrives late for one of those is not told again.
 */
export async function readChanges(
  deps: Pick<Deps, 'store' | 'files' | 'clock'>,
  sweep: { readonly record: SweepRecord; readonly head: SweepHead },
  cursor: EventCursor,
  startedAt: UnixMs,
  maxTold = MAX_TOLD,
): Promise<SweepChanges> {
  const told: TrialRecord[] = []
  let settled = cursor.settled
  let after = cursor.rest?.after ?? cursor.settled
  for (;;) {
    const chunk = await readTrialBlocks(deps, sweep, { after, limit: maxTold })
    for (const trial of chunk) {
      // Here trials after `after` are unread, so the list has to go on from it.
      if (told.length === maxTold)
        return { ...sweep, trials: told, cursor: { ...cursor, settled, rest: { after, startedAt } } }
      after = trial.key.number
      if (after === settled + 1 && isEnd(trial.state)) settled = after
      if (trial.updatedAt > cursor.since) told.push(trial)
    }
    if (chunk.length < maxTold) break
  }
  return {
    ...sweep,
    trials: told,
    cursor: { settled, since: Math.max(cursor.since, startedAt - OVERLAP_MS) },
  }
}

/** Nothing more will happen: no new trials, and none is open. */
export function isOver(head: SweepHead): boolean {
  const ended = Object.values(head.ended).reduce((sum, count) => sum + count, 0)
  return (head.state === 'finished' || head.state === 'cancelled') && ended >= head.taken
}
