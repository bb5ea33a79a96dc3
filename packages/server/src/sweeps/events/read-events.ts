import type { SweepKey } from '@chimney/core/schema/names'
import { isEnd } from '@chimney/core/sweep/lifecycle'
import type { UnixMs } from '../../clock.ts'
import type { Deps } from '../../deps.ts'
import type { SweepHead, SweepRecord } from '../../store/sweeps.ts'
import type { TrialRecord } from '../../store/trials.ts'
import { hasEnded } from '../load-sweep.ts'
import { readTrialPages } from '../trials/trial-pages.ts'
import type { EventCursor } from './event-cursor.ts'

export interface SweepChanges {
  readonly record: SweepRecord
  readonly head: SweepHead
  /** What changed, ascending by number. */
  readonly trials: readonly TrialRecord[]
  readonly cursor: EventCursor
}

/** Trials per answer: with 1,000 characters each they stay below a function's 6 MB. */
const MAX_TRIALS = 4_000
/**
 * A write has the time at which its request started, and becomes visible later; clocks differ too. Changes of the last seconds are
 * sent again, so that none is missed. Readers accept a change twice, since it is sent as the whole trial.
 */
const OVERLAP_MS = 10_000

/** The changes of a sweep since the cursor; undefined when there is no such sweep. */
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
 * The same for a sweep that was read after `startedAt`. Does not read ended trials that were sent before, so a late result of one
 * of them is not sent.
 */
export async function readChanges(
  deps: Pick<Deps, 'store' | 'files' | 'clock'>,
  sweep: { readonly record: SweepRecord; readonly head: SweepHead },
  cursor: EventCursor,
  startedAt: UnixMs,
  maxTrials = MAX_TRIALS,
): Promise<SweepChanges> {
  const changed: TrialRecord[] = []
  let settled = cursor.settled
  let after = cursor.rest?.after ?? cursor.settled
  for (;;) {
    const chunk = await readTrialPages(deps, sweep, { after, limit: maxTrials })
    for (const trial of chunk) {
      // The answer is full; the next one continues after `after`.
      if (changed.length === maxTrials)
        return { ...sweep, trials: changed, cursor: { ...cursor, settled, rest: { after, startedAt } } }
      after = trial.key.number
      if (after === settled + 1 && isEnd(trial.state)) settled = after
      if (trial.updatedAt > cursor.since) changed.push(trial)
    }
    if (chunk.length < maxTrials) break
  }
  return {
    ...sweep,
    trials: changed,
    cursor: { settled, since: Math.max(cursor.since, startedAt - OVERLAP_MS) },
  }
}

/** No new trials will start, and none is open. */
export function isOver(head: SweepHead): boolean {
  const ended = Object.values(head.ended).reduce((sum, count) => sum + count, 0)
  return hasEnded(head) && ended >= head.taken
}
