import type { TrialKey } from '@chimney/core/schema/names'
import type { UnixMs } from '../../clock.ts'
import type { Deps } from '../../deps.ts'
import { trialRunId } from '../../ids.ts'
import { type Claimant, claimLive } from '../../runs/live/claim-live.ts'
import type { TrialRecord } from '../../store/trials.ts'
import { loadSweep } from '../load-sweep.ts'
import { settleAmendment } from '../results/settle-amendment.ts'

export type HandoutDeps = Pick<Deps, 'store' | 'clock' | 'settings' | 'randomId'>

export interface TrialRequest {
  readonly count: number
  readonly claimant: Claimant
}

/** A trial that the caller owns until its lease ends. */
export interface HandedOut {
  readonly trial: TrialRecord
  readonly leaseUntil: UnixMs
}

export type ClaimedLive = Awaited<ReturnType<typeof claimLive>>

export const claimRunOf = (deps: HandoutDeps, key: TrialKey, claimant: Claimant): Promise<ClaimedLive> =>
  claimLive(deps, { ...key, run: trialRunId(key, key.number) }, claimant)

/** Claims a queued trial; undefined when another agent has it, or it has ended. */
export const claimTrial = async (
  deps: HandoutDeps,
  key: TrialKey,
  claimant: Claimant,
): Promise<HandedOut | undefined> => moveClaimed(deps, key, claimant, await claimRunOf(deps, key, claimant))

/** Moves the trial of a claimed run to running; undefined when the claim was refused. */
export async function moveClaimed(
  deps: HandoutDeps,
  key: TrialKey,
  claimant: Claimant,
  claimed: ClaimedLive,
): Promise<HandedOut | undefined> {
  if (!claimed?.answer.ok) return undefined
  const { attempt } = claimed.answer
  // A request that amended the run may have died before it amended the trial.
  if (claimed.live.amended !== undefined)
    await settleAmendment(deps, claimed.live, (await loadSweep(deps, key)).record)
  const now = deps.clock.now()
  const agent = claimant.agent === undefined ? {} : { agent: claimant.agent }
  await deps.store.moveTrial(key, { state: 'running', attempt, ...agent }, now)
  const trial = await deps.store.getTrial(key)
  return (
    trial && {
      trial: { ...trial, state: 'running', attempt, ...agent },
      leaseUntil: claimed.live.leaseUntil ?? now,
    }
  )
}
