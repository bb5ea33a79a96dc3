import type { SweepKey } from '@chimney/core/schema/names'
import type { RunState } from '@chimney/core/sweep/lifecycle'
import type { Deps } from '../../deps.ts'
import type { TrialRecord } from '../../store/trials.ts'

/** Trial numbers have seven digits in the store. */
export const MAX_TRIAL_NUMBER = 9_999_999

/** Trials per read of the store. */
const CHUNK = 1_000
/** A filter that matches few trials returns a short page after so many reads, instead of reading the whole sweep. */
const MAX_READS = 10

/** All trials after `after` (exclusive), ascending by number, a chunk at a time. */
export async function* trialsAfter(
  deps: Pick<Deps, 'store'>,
  key: SweepKey,
  after: number,
): AsyncGenerator<readonly TrialRecord[]> {
  for (let last = after; ; ) {
    const trials = await deps.store.listTrials(key, { after: last, limit: CHUNK })
    if (trials.length > 0) yield trials
    if (trials.length < CHUNK) return
    last = trials[trials.length - 1]!.key.number
  }
}

/**
 * A page of trials, ascending by number, `after` exclusive. The returned `after` is the cursor of the next page; absent at the
 * end. With `states` a page may be short or empty although more pages exist.
 */
export async function listTrials(
  deps: Pick<Deps, 'store'>,
  key: SweepKey,
  options: {
    readonly after: number
    readonly limit: number
    readonly states?: readonly RunState[] | undefined
  },
): Promise<{ trials: readonly TrialRecord[]; after?: number }> {
  const { limit, states } = options
  if (!states) {
    const trials = await deps.store.listTrials(key, { after: options.after, limit })
    return trials.length < limit ? { trials } : { trials, after: trials[trials.length - 1]!.key.number }
  }
  const found: TrialRecord[] = []
  let after = options.after
  for (let reads = 0; reads < MAX_READS; reads++) {
    const chunk = await deps.store.listTrials(key, { after, limit: CHUNK })
    for (const trial of chunk) {
      after = trial.key.number
      if (states.includes(trial.state)) found.push(trial)
      if (found.length === limit) return { trials: found, after }
    }
    if (chunk.length < CHUNK) return { trials: found }
  }
  return { trials: found, after }
}
