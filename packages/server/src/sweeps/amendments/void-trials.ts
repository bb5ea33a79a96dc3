import { type SweepKey, sweepPath } from '@chimney/core/schema/names'
import { Problem } from '@chimney/core/schema/problem'
import { canAmendRun, isEnd } from '@chimney/core/sweep/lifecycle'
import type { Deps } from '../../deps.ts'
import { voidedLive } from '../../runs/live/run-transitions.ts'
import type { Voided } from '../../store/runs.ts'
import type { TrialRecord } from '../../store/trials.ts'
import { loadSweep } from '../load-sweep.ts'
import { type AmendDeps, amendTrials } from './amend-trials.ts'

/**
 * Voids the result of an ended trial: it has no value any more, so it is not the best, and neither the search nor early
 * termination learns from it. Its run, with history and files, stays. Safe to repeat. Throws `trial-open` before the trial has ended.
 */
export async function voidTrial(
  deps: AmendDeps,
  key: SweepKey,
  number: number,
  reason = 'voided by a user',
): Promise<TrialRecord> {
  const trial = await requireTrial(deps, key, number)
  if (!isEnd(trial.state))
    throw new Problem(
      'conflict',
      'trial-open',
      `trial ${number} of sweep ${sweepPath(key)} is ${trial.state}; stop its run ${trial.run} first, then void it`,
    )
  await voidTrials(deps, key, [trial], reason)
  return requireTrial(deps, key, number)
}

/** Voids ended trials; `deleted` when their runs are being deleted. */
export async function voidTrials(
  deps: AmendDeps,
  key: SweepKey,
  trials: readonly TrialRecord[],
  reason: string,
  deleted?: 'deleted',
): Promise<void> {
  const voided: Voided = { at: deps.clock.now(), reason, ...(deleted && { deleted: true }) }
  await amendTrials(deps, await loadSweep(deps, key), trials, {
    change: (live) => {
      if (!canAmendRun(live.state, 'killed') || (live.voided && !deleted)) return undefined
      return voidedLive(live, voided)
    },
  })
}

export async function requireTrial(
  deps: Pick<Deps, 'store'>,
  key: SweepKey,
  number: number,
): Promise<TrialRecord> {
  const trial = await deps.store.getTrial({ ...key, number })
  if (trial) return trial
  await loadSweep(deps, key)
  throw new Problem(
    'not-found',
    'trial-not-found',
    `sweep ${sweepPath(key)} has no trial ${number}; list its trials for their numbers`,
  )
}
