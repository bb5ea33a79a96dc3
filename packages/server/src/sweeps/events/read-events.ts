import { createHash } from 'node:crypto'
import type { SweepKey } from '@chimney/core/schema/names'
import { isEnd } from '@chimney/core/sweep/lifecycle'
import type { UnixMs } from '../../clock.ts'
import type { Deps } from '../../deps.ts'
import { AMENDED_BLOCK, type SweepHead, type SweepRecord } from '../../store/sweeps.ts'
import type { TrialRecord } from '../../store/trials.ts'
import { hasEnded } from '../load-sweep.ts'
import { amendedBlocks } from '../results/amended-blocks.ts'
import { readNumbers } from '../trials/read-numbers.ts'
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
/** While the head is unchanged, the open trials are read no more often: only an agent function claims a trial without changing it. */
const FULL_READ_MS = 10_000
/** Open trials that a cursor lists; with more of them, it stays before the next one. */
const MAX_OPEN = 250

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
 * The same for a sweep that was read after `startedAt`. Reads the trials that were open, and those after the last one. Reads ended
 * trials that were sent before only after an amendment, so a late result of one of them is not sent.
 */
export async function readChanges(
  deps: Pick<Deps, 'store' | 'files' | 'clock'>,
  sweep: { readonly record: SweepRecord; readonly head: SweepHead },
  sent: EventCursor,
  startedAt: UnixMs,
  maxTrials = MAX_TRIALS,
): Promise<SweepChanges> {
  const head = fingerprintOf(sweep.head)
  // Changes after the clock was set back have earlier times than those before: what is open or new is sent again.
  const wasSetBack = sent.since > startedAt
  if (head === sent.head && !wasSetBack && startedAt < sent.since + OVERLAP_MS + FULL_READ_MS)
    return { ...sweep, trials: [], cursor: sent }
  const cursor = await rewound(deps, sweep, wasSetBack ? { ...sent, since: 0 } : sent)
  const isNew = (trial: TrialRecord) => trial.updatedAt > cursor.since
  const known = cursor.rest ? [] : await readOpen(deps, sweep.record.key, cursor.open ?? [])
  const changed = known.filter(isNew)
  const position = positionAt(cursor, known)
  for (;;) {
    const chunk = await readTrialPages(deps, sweep, { after: position.after(), limit: maxTrials })
    for (const trial of chunk) {
      // The answer is full; the next one continues after the last trial.
      if (changed.length >= maxTrials) {
        const rest = { after: position.after(), startedAt }
        return { ...sweep, trials: changed, cursor: { ...position.cursor(cursor.since), rest } }
      }
      position.pass(trial)
      if (isNew(trial)) changed.push(trial)
    }
    if (chunk.length < maxTrials) break
  }
  const next = position.cursor(Math.max(cursor.since, startedAt - OVERLAP_MS))
  // A number is taken before its trial is stored; the head does not show when that happens.
  const isComplete = position.after() >= sweep.head.taken && !position.misses()
  return { ...sweep, trials: changed, cursor: { ...next, ...(isComplete && { head }) } }
}

/** The cursor, moved back to before the first block of trials in which some were amended since. */
async function rewound(
  deps: Pick<Deps, 'store'>,
  { record, head }: { readonly record: SweepRecord; readonly head: SweepHead },
  cursor: EventCursor,
): Promise<EventCursor> {
  const { amended } = head
  if (cursor.rest || amended === undefined || amended === cursor.amended) return cursor
  const blocks = await amendedBlocks(deps, record.key, head)
  let settled = 0
  while (settled < cursor.settled && blocks(settled + 1) === 0) settled += AMENDED_BLOCK
  if (settled >= cursor.settled) return { ...cursor, amended }
  const { open = [], ...rest } = cursor
  return { ...rest, settled, amended, open: open.filter((number) => number <= settled) }
}

/** Ascending by number. */
async function readOpen(
  deps: Pick<Deps, 'store'>,
  key: SweepKey,
  open: readonly number[],
): Promise<readonly TrialRecord[]> {
  const wanted = new Set(open)
  const trials = await readNumbers(deps, key, open)
  return trials.filter((trial) => wanted.has(trial.key.number)).sort((a, b) => a.key.number - b.key.number)
}

/** Moves a cursor over trials in the order of their numbers. `known`: the trials of `cursor.open` that are stored. */
function positionAt(cursor: EventCursor, known: readonly TrialRecord[]) {
  const states = new Map(known.map((trial) => [trial.key.number, trial.state]))
  const open = (cursor.open ?? []).filter((number) => !isEnd(states.get(number) ?? 'queued'))
  let missing = !cursor.rest && states.size < (cursor.open?.length ?? 0)
  let { settled } = cursor
  let after = cursor.rest?.after ?? settled
  let isFull = after > settled
  const keep = (number: number) => {
    if (!isFull && open.length === MAX_OPEN) {
      isFull = true
      settled = number - 1
    }
    if (!isFull) open.push(number)
  }
  return {
    after: () => after,
    misses: () => missing,
    cursor: (since: UnixMs): EventCursor => ({
      settled,
      since,
      ...(open.length > 0 && { open }),
      ...(cursor.amended !== undefined && { amended: cursor.amended }),
    }),
    pass({ key: { number }, state }: TrialRecord) {
      for (; after < number - 1; after++) {
        missing = true
        keep(after + 1)
      }
      if (!isEnd(state)) keep(number)
      after = number
      if (!isFull) settled = number
    },
  }
}

const fingerprintOf = (head: SweepHead): string =>
  createHash('sha256').update(JSON.stringify(head)).digest('hex').slice(0, 8)

/** No new trials will start, and none is open. */
export function isOver(head: SweepHead): boolean {
  const ended = Object.values(head.ended).reduce((sum, count) => sum + count, 0)
  return hasEnded(head) && ended >= head.taken
}
