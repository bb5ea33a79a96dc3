import { stringifyJson } from '@chimney/core/schema/json'
import type { RunKey, SweepKey } from '@chimney/core/schema/names'
import { isEnd } from '@chimney/core/sweep/lifecycle'
import { NO_PROGRESS } from '@chimney/core/sweep/observe'
import type { Planned } from '@chimney/core/sweep/plan'
import type { UnixMs } from '../../clock.ts'
import type { Deps } from '../../deps.ts'
import { displayName } from '../../display-name.ts'
import { trialRunId } from '../../ids.ts'
import type { Claimant } from '../../runs/live/claim-live.ts'
import type { RunLive, RunRecord } from '../../store/runs.ts'
import type { TrialRecord } from '../../store/trials.ts'

/** The initial state of a trial: running for the agent that requested it, or queued for any agent. */
export type Start =
  | ({ readonly state: 'running'; readonly leaseUntil: UnixMs } & Claimant)
  | { readonly state: 'queued' }

export function newTrial(
  key: SweepKey,
  number: number,
  suggestion: Planned,
  start: Start,
  now: UnixMs,
  repeats = false,
): TrialRecord {
  return {
    key: { ...key, number },
    run: trialRunId(key, number),
    params: suggestion.params,
    suggestedBy: suggestion.suggestedBy,
    state: start.state,
    attempt: start.state === 'running' ? 1 : 0,
    ...(start.state === 'running' && start.agent !== undefined && { agent: start.agent }),
    ...(repeats && { repeats }),
    ...(suggestion.replicate && { replicate: suggestion.replicate }),
    createdAt: now,
    ...(start.state === 'running' && { startedAt: now }),
    updatedAt: now,
  }
}

/** The start of a trial that the claimant runs now. */
export const startRunning = (
  deps: Pick<Deps, 'clock' | 'settings'>,
  claimant: Claimant,
): Extract<Start, { state: 'running' }> => ({
  state: 'running',
  leaseUntil: deps.clock.now() + deps.settings.leaseSeconds * 1000,
  ...claimant,
})

export const runKeyOf = (trial: Pick<TrialRecord, 'key' | 'run'>): RunKey => ({
  entity: trial.key.entity,
  project: trial.key.project,
  run: trial.run,
})

/** The run of a new trial. Deterministic, so that a repair creates the same one. */
export function runOfTrial(trial: TrialRecord, start: Start): { record: RunRecord; live: RunLive } {
  const { entity, project, sweep, number } = trial.key
  const { state, ...claim } = start
  const key = { entity, project, run: trial.run }
  return {
    record: {
      key,
      sweep,
      number,
      displayName: displayName(trial.run, number),
      config: stringifyJson(trial.params),
      tags: [],
      createdAt: trial.createdAt,
      rev: 1,
    },
    live: {
      key,
      sweep,
      number,
      state,
      attempt: trial.attempt,
      ...(trial.amended !== undefined && { amended: trial.amended }),
      lost: 0,
      summary: '{}',
      ...NO_PROGRESS,
      ...claim,
      ...(state === 'running' && { startedAt: trial.createdAt, heartbeatAt: trial.createdAt }),
      rev: 1,
    },
  }
}

/**
 * `taken`: the number has a trial already, because this caller was slow and reconcile created it. `trial`: only the trial was
 * put; its run was created by reconcile or by a repetition of the same request.
 */
export type Put = 'both' | 'trial' | 'taken'

/** Puts the trial, then its run. */
export async function putTrial(deps: Pick<Deps, 'store'>, trial: TrialRecord, start: Start): Promise<Put> {
  if (!(await deps.store.createTrial(trial))) return 'taken'
  const { record, live } = runOfTrial(trial, start)
  return (await deps.store.createRun(record, live)) ? 'both' : 'trial'
}

/**
 * Puts a new run of an ended trial that is to be repeated and whose run was deleted, as `repeatedLive` would be. Undefined when the run
 * exists.
 */
export async function putRepeatedRun(
  deps: Pick<Deps, 'store'>,
  trial: TrialRecord,
): Promise<RunLive | undefined> {
  // The run may have been deleted after the trial was read: the deletion has amended the trial before.
  const { amended = 0, attempt } = (await deps.store.getTrial(trial.key)) ?? trial
  const { record, live } = runOfTrial(trial, { state: 'queued' })
  const repeated: RunLive = { ...live, attempt, amended: amended + 1, released: true, fence: attempt }
  return (await deps.store.createRun(record, repeated)) ? repeated : undefined
}

/**
 * Puts the run of a trial that was found without one. False when the run exists by now, and when the trial has ended: then a user
 * deleted the run, and a slow request must not bring it back.
 */
export async function putMissingRun(
  deps: Pick<Deps, 'store'>,
  trial: TrialRecord,
  start: Start,
): Promise<boolean> {
  const { record, live } = runOfTrial(trial, start)
  if (!(await deps.store.createRun(record, live))) return false
  const now = await deps.store.getTrial(trial.key)
  if (now && !isEnd(now.state)) return true
  await deps.store.deleteRun(record.key)
  return false
}
