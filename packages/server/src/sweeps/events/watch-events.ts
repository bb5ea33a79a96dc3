import type { SweepKey } from '@chimney/core/schema/names'
import type { Deps } from '../../deps.ts'
import type { SweepHead } from '../../store/sweeps.ts'
import type { TrialRecord } from '../../store/trials.ts'
import type { EventCursor } from './event-cursor.ts'
import { isOver, readEvents, type SweepChanges } from './read-events.ts'

export interface Watch {
  /** Looks at the store so often. */
  readonly pollMs: number
  /** Ends after so long at the latest. */
  readonly forMs: number
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
  readonly signal: AbortSignal
}

/** So often trials are read although the sweep's counters stand still: a trial may have been claimed or requeued. */
const READ_ANYWAY_EVERY = 5

/**
 * Tells changes as they come, `'idle'` when a look at the store found none, and `'over'` as the last one when the sweep
 * is. Ends without it when the sweep is deleted, the time is up, or the signal fires.
 */
export async function* watchEvents(
  deps: Pick<Deps, 'store' | 'files' | 'clock'>,
  key: SweepKey,
  from: EventCursor,
  watch: Watch,
): AsyncGenerator<SweepChanges | 'idle' | 'over'> {
  const endsAt = deps.clock.now() + watch.forMs
  const told = new Map<number, string>()
  let cursor = from
  let seen: SweepHead | undefined
  for (let look = 0; !watch.signal.aborted; look++) {
    if (look % READ_ANYWAY_EVERY === 0 || moved(seen, await deps.store.getHead(key))) {
      const changes = await readEvents(deps, key, cursor)
      if (!changes) return
      const trials = changes.trials.filter((trial) => news(told, trial))
      const first = look === 0
      if (first || trials.length > 0 || moved(seen, changes.head)) yield { ...changes, trials }
      else yield 'idle'
      cursor = changes.cursor
      seen = changes.head
      for (const number of told.keys()) if (number <= cursor.settled) told.delete(number)
      if (cursor.rest) continue
      if (isOver(changes.head)) return yield 'over'
    } else yield 'idle'
    if (deps.clock.now() + watch.pollMs > endsAt) return
    await watch.sleep(watch.pollMs, watch.signal)
  }
}

const moved = (a: SweepHead | undefined, b: SweepHead | undefined): boolean =>
  JSON.stringify(a) !== JSON.stringify(b)

/** Whether this state of the trial was not told before; remembers it. */
function news(told: Map<number, string>, trial: TrialRecord): boolean {
  const state = `${trial.state} ${trial.attempt} ${trial.updatedAt}`
  if (told.get(trial.key.number) === state) return false
  told.set(trial.key.number, state)
  return true
}
