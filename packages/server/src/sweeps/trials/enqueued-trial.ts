import type { SweepKey } from '@chimney/core/schema/names'
import { Problem } from '@chimney/core/schema/problem'
import type { Deps } from '../../deps.ts'
import type { TrialRecord } from '../../store/trials.ts'
import { newTrial } from './make-trials.ts'

/** So many reads in a row take longer than the write for which they wait. */
const READS = 20

const INTERRUPTED = 'the request that enqueued it was interrupted'

/** Whether the request that took this number died before it stored what it wanted. */
export const isInterrupted = (trial: TrialRecord): boolean =>
  trial.state === 'killed' && trial.reason === INTERRUPTED

/**
 * The trial of an enqueued number. Its parameters decide what later numbers mean, so whoever plans must see them: between
 * the taking of the number and the putting of the trial they are waited for. A request that seems to have died in between
 * loses its number, which ends as killed and reserves nothing; if it lives, it finds the number filled and takes another one.
 */
export async function enqueuedTrial(
  deps: Pick<Deps, 'store' | 'clock'>,
  key: SweepKey,
  number: number,
): Promise<TrialRecord> {
  for (let reads = 0; reads < READS; reads++) {
    const trial = await deps.store.getTrial({ ...key, number })
    if (trial) return trial
  }
  // A sweep that was deleted meanwhile must not get a trial.
  if (!(await deps.store.getHead(key))) throw gone(key)
  const now = deps.clock.now()
  const suggestion = { params: {}, suggestedBy: { arm: 'enqueued', why: INTERRUPTED } }
  const open = newTrial(key, number, suggestion, { state: 'queued' }, now)
  const closed: TrialRecord = { ...open, state: 'killed', reason: INTERRUPTED }
  if (await deps.store.createTrial(closed)) {
    await deps.store.countEnded(key, 'killed', undefined, now)
    return closed
  }
  const trial = await deps.store.getTrial({ ...key, number })
  if (!trial) throw gone(key)
  return trial
}

const gone = (key: SweepKey): Problem =>
  new Problem('not-found', 'sweep-not-found', `sweep ${key.sweep} was deleted; check the path`)
