import type { TrialKey } from '@chimney/core/schema/names'
import { isEnd } from '@chimney/core/sweep/lifecycle'
import type { Deps } from '../../deps.ts'
import type { SweepHead } from '../../store/sweeps.ts'
import { hasEnded, sweepBusy } from '../load-sweep.ts'

/** Hand-outs change the head of a busy sweep between read and write; so many lost races in a row are an error. */
const TRIES = 100

/**
 * Finishes a sweep whose trial reached the metric's target: no new trials start, running trials finish. Called before the trial
 * is closed, so that a repetition does it if this request dies. Does nothing once the trial is closed, since a user may have
 * reopened the sweep.
 */
export async function finishAtTarget(deps: Pick<Deps, 'store' | 'clock'>, key: TrialKey): Promise<void> {
  const trial = await deps.store.getTrial(key)
  if (!trial || (isEnd(trial.state) && trial.state !== 'crashed')) return
  for (let tries = 0; tries < TRIES; tries++) {
    const head = await deps.store.getHead(key)
    if (!head || hasEnded(head)) return
    const next: SweepHead = {
      ...head,
      state: 'finished',
      reason: `trial ${key.number} has reached the target of the metric`,
      updatedAt: deps.clock.now(),
      rev: head.rev + 1,
    }
    if (await deps.store.replaceHead(key, next, 0)) return
  }
  throw sweepBusy(key)
}
