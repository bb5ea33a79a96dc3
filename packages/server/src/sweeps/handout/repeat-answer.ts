import type { SweepKey } from '@chimney/core/schema/names'
import { isEnd } from '@chimney/core/sweep/lifecycle'
import { loadSweep } from '../load-sweep.ts'
import { putMissingRun, runKeyOf, startRunning } from '../trials/create-trials.ts'
import type { NextTrialAnswer } from './answer-request.ts'
import { claimTrial, type HandedOut, type HandoutDeps, type TrialRequest } from './claim-trial.ts'
import { createFresh } from './create-fresh.ts'
import type { Granted } from './receipt.ts'

/** All granted trials went to other agents: the next request gets new ones. */
const WAIT_TAKEN_SECONDS = 1

/** Answers a repeated request with the trials that it was given before. */
export async function repeatAnswer(
  deps: HandoutDeps,
  key: SweepKey,
  request: TrialRequest,
  grants: readonly Granted[],
): Promise<NextTrialAnswer> {
  const repeated = await Promise.all(grants.map((grant) => repeatGrant(deps, key, request, grant)))
  const trials = repeated.filter((trial) => trial !== undefined)
  return trials.length > 0 ? { kind: 'trials', trials } : { kind: 'wait', seconds: WAIT_TAKEN_SECONDS }
}

/**
 * A trial that the first request did not get to create is created now, and one that was requeued meanwhile is claimed again.
 * Undefined when another agent has claimed it.
 */
async function repeatGrant(
  deps: HandoutDeps,
  key: SweepKey,
  request: TrialRequest,
  { number, attempt }: Granted,
): Promise<HandedOut | undefined> {
  const { claimant } = request
  const trial = await deps.store.getTrial({ ...key, number })
  if (!trial) {
    const [created] = await createFresh(deps, { ...(await loadSweep(deps, key)), numbers: [number] }, request)
    return created
  }
  const live = await deps.store.getLive(runKeyOf(trial))
  // A trial that has ended and has no run: a user deleted the run.
  if (!live && !isEnd(trial.state)) {
    const start = startRunning(deps, claimant)
    if (await putMissingRun(deps, { ...trial, attempt }, start))
      return { trial: { ...trial, attempt }, leaseUntil: start.leaseUntil }
  }
  const owned = live && live.state !== 'queued' && live.claimedBy === claimant.claimedBy
  if (owned)
    return { trial: { ...trial, attempt: live.attempt }, leaseUntil: live.leaseUntil ?? deps.clock.now() }
  return claimTrial(deps, trial.key, claimant)
}
