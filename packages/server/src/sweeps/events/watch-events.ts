import type { SweepKey } from '@chimney/core/schema/names'
import type { Deps } from '../../deps.ts'
import type { SweepHead } from '../../store/sweeps.ts'
import type { TrialRecord } from '../../store/trials.ts'
import type { EventCursor } from './event-cursor.ts'
import { isOver, readEvents, type SweepChanges } from './read-events.ts'

export interface Watch {
  /** Interval between reads of the store. */
  readonly pollMs: number
  /** Maximum duration. */
  readonly forMs: number
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
  readonly signal: AbortSignal
  /** What the reader has already; the first read then comes after a pause. */
  readonly sent?: Pick<SweepChanges, 'head' | 'trials'>
}

/** Every fifth poll reads the trials although the head did not change: a trial may have been claimed or requeued. */
const FULL_READ_EVERY = 5

/**
 * Yields changes as they occur, `'idle'` after a poll without changes, and `'over'` last when the sweep is over. Returns without
 * `'over'` when the sweep is deleted, the time is up, or the signal fires.
 */
export async function* watchEvents(
  deps: Pick<Deps, 'store' | 'files' | 'clock'>,
  key: SweepKey,
  from: EventCursor,
  watch: Watch,
): AsyncGenerator<SweepChanges | 'idle' | 'over'> {
  const endsAt = deps.clock.now() + watch.forMs
  const sent = new Map<number, string>()
  let cursor = from
  let last = watch.sent?.head
  for (const trial of watch.sent?.trials ?? []) isNew(sent, trial)
  if (last !== undefined) {
    if (isOver(last)) return yield 'over'
    await watch.sleep(watch.pollMs, watch.signal)
  }
  for (let poll = 0; !watch.signal.aborted; poll++) {
    if (poll % FULL_READ_EVERY === 0 || moved(last, await deps.store.getHead(key))) {
      const changes = await readEvents(deps, key, cursor)
      if (!changes) return
      const trials = changes.trials.filter((trial) => isNew(sent, trial))
      const first = last === undefined
      if (first || trials.length > 0 || moved(last, changes.head)) yield { ...changes, trials }
      else yield 'idle'
      cursor = changes.cursor
      last = changes.head
      const open = new Set(cursor.open)
      for (const number of sent.keys()) if (number <= cursor.settled && !open.has(number)) sent.delete(number)
      if (cursor.rest) continue
      if (isOver(changes.head)) return yield 'over'
    } else yield 'idle'
    if (deps.clock.now() + watch.pollMs > endsAt) return
    await watch.sleep(watch.pollMs, watch.signal)
  }
}

const moved = (a: SweepHead | undefined, b: SweepHead | undefined): boolean =>
  JSON.stringify(a) !== JSON.stringify(b)

/** Whether this state of the trial was not sent before; records it. */
function isNew(sent: Map<number, string>, trial: TrialRecord): boolean {
  const state = `${trial.state} ${trial.attempt} ${trial.updatedAt}`
  if (sent.get(trial.key.number) === state) return false
  sent.set(trial.key.number, state)
  return true
}
