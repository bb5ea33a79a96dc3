import type { SweepKey } from '@chimney/core/schema/names'
import { Problem } from '@chimney/core/schema/problem'
import type { Deps } from '../../deps.ts'
import type { TrialRecord } from '../../store/trials.ts'
import { newTrial } from './create-trials.ts'

/** So many reads in a row take longer than the write that they wait for. */
const READS = 20

/** Stored as the trial's reason, and compared with it. */
const INTERRUPTED = 'the request that enqueued it was interrupted'

/** Whether the request that took this number died before it stored its parameters. */
export const isInterrupted = (trial: TrialRecord): boolean =>
  trial.state === 'killed' && trial.reason === INTERRUPTED

/**
 * The trial of an enqueued number. The sampler needs its parameters to plan later numbers, so this waits while the number is taken
 * and the trial not yet stored. If the request seems to have died in between, the number gets a killed trial without parameters.
 * A request that was only slow finds that trial and takes another number.
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
  // A deleted sweep must not get a trial.
  if (!(await deps.store.getHead(key))) throw sweepDeleted(key)
  const now = deps.clock.now()
  const suggestion = { params: {}, suggestedBy: { arm: 'enqueued', why: INTERRUPTED } }
  const open = newTrial(key, number, suggestion, { state: 'queued' }, now)
  const closed: TrialRecord = { ...open, state: 'killed', reason: INTERRUPTED }
  if (await deps.store.createTrial(closed)) {
    await deps.store.countEnded(key, 'killed', undefined, now)
    return closed
  }
  const trial = await deps.store.getTrial({ ...key, number })
  if (!trial) throw sweepDeleted(key)
  return trial
}

const sweepDeleted = (key: SweepKey): Problem =>
  new Problem('not-found', 'sweep-not-found', `sweep ${key.sweep} was deleted; check the path`)
