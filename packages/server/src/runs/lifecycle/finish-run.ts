import { type Json, stringifyJson } from '@chimney/core/schema/json'
import type { RunKey } from '@chimney/core/schema/names'
import { Problem } from '@chimney/core/schema/problem'
import { type Ending, end } from '@chimney/core/sweep/attempt'
import { type EndState, isEnd, type RunState } from '@chimney/core/sweep/lifecycle'
import { NO_PROGRESS, observe, summarize, withChosen } from '@chimney/core/sweep/observe'
import type { UnixMs } from '../../clock.ts'
import type { Deps } from '../../deps.ts'
import type { RunLive } from '../../store/runs.ts'
import type { LoadedSweep } from '../../sweeps/load-sweep.ts'
import { recordOutcome } from '../../sweeps/outcomes/record-outcome.ts'
import { requeueTrial } from '../../sweeps/outcomes/requeue-trial.ts'
import { missingOf } from '../../sweeps/results/missing-value.ts'
import { remainingNumbers } from '../../sweeps/trials/trial-counts.ts'
import { objectiveOf } from '../history/objective.ts'
import { readRows } from '../history/read-rows.ts'
import { changeLive, runNotFound } from '../live/change-live.ts'
import { endedLive, requeuedLive } from '../live/run-transitions.ts'
import { summaryOf } from '../live/summary.ts'

export interface FinishRun {
  readonly state: EndState | 'released'
  readonly exitCode?: number
  readonly reason?: string
  /** Final values; they override logged ones. */
  readonly summary?: { readonly [name: string]: Json }
  readonly attempt?: number
  /** A trial that crashed is not repeated. */
  readonly last?: true
  /** With `released`: how long ago the agent was interrupted. An end that this attempt reported since then is undone. */
  readonly interruptedSecondsAgo?: number
  /** When it ended, of a run that ran elsewhere and was added with its result. */
  readonly endedAt?: UnixMs
}

type FinishDeps = Pick<Deps, 'store' | 'queue' | 'webhooks' | 'files' | 'clock' | 'settings' | 'onFailure'>

export interface FinishedRun {
  readonly state: RunState
  readonly kept: boolean
  /** Why it was not kept. */
  readonly reason?: string
  /** Why a trial that finished has no value. */
  readonly missing?: string
}

/** Ends a run once. A repeated request gets the same answer; an outcome that came too late is reported as `kept: false`. */
export async function finishRun(deps: FinishDeps, key: RunKey, input: FinishRun): Promise<FinishedRun> {
  const live = await deps.store.getLive(key)
  if (!live) throw runNotFound(key)
  if (input.endedAt !== undefined && live.startedAt !== undefined && input.endedAt < live.startedAt)
    throw new Problem(
      'invalid',
      'ends-before-start',
      'ended_at is before the run started; correct it, or leave it out',
    )
  const sweep = await sweepOf(deps, live)
  const maxAttempts = sweep?.record.config.retry.max_attempts ?? 1
  const mayRequeue =
    live.number !== undefined &&
    !input.last &&
    (sweep?.head.state === 'running' || sweep?.head.state === 'paused')
  const attempt = input.attempt ?? live.attempt
  const now = deps.clock.now()

  const changed = await changeLive<Ending>(
    deps,
    key,
    async (live) => {
      const ending = end(live, { ...input, attempt, maxAttempts, mayRequeue })
      if (ending.kind === 'requeue') return { next: requeuedLive(live, ending.lost), answer: ending }
      if (ending.kind !== 'end') return { answer: ending }
      // A late result: its sweep may have ended, so reconcile finds it by `waiting` if this request dies before recordOutcome.
      if (live.state === 'crashed' && sweep && live.number !== undefined)
        await deps.store.addWaiting(sweep.record.key, [live.number], now)
      const summary = await finalSummary(deps, live, input, attempt, sweep)
      const next = {
        ...endedLive(live, { state: ending.state, attempt, now: input.endedAt ?? now, reason: input.reason }),
        ...(input.endedAt !== undefined && { heartbeatAt: input.endedAt }),
        summary: stringifyJson(
          summarize(
            summaryOf(summary ?? live),
            input.summary ? [{ index: Number.MAX_SAFE_INTEGER, values: input.summary }] : [],
            live.lastIndex,
          ),
        ),
        ...(input.exitCode !== undefined && { exitCode: input.exitCode }),
      }
      return { next, answer: ending }
    },
    live,
  )
  if (!changed) throw runNotFound(key)
  const { answer } = changed
  // Also for a repeated request, as below.
  if (answer.kind === 'end' || answer.kind === 'repeated') await announceFailed(deps, changed.live)
  if (isEnd(changed.live.state) && answer.kind === 'repeated') {
    if (input.state === 'released') return undoEnd(deps, changed.live, sweep, input)
    // Also without a summary: the first request may have died before this step.
    await recordOutcome(deps, changed.live, sweep)
    return input.summary ? addSummary(deps, key, input.summary) : { state: changed.live.state, kept: true }
  }
  if (answer.kind === 'requeue') await requeueTrial(deps, changed.live, sweep)
  // Also for a repeated request: the first one may have died before this step.
  else await recordOutcome(deps, changed.live, sweep)
  const missing =
    sweep && live.number !== undefined ? missingOf(changed.live, sweep.record.config) : undefined
  return {
    state: changed.live.state,
    kept: answer.kind !== 'ignored',
    ...(missing !== undefined && { missing }),
  }
}

/** The agent was interrupted, and the program's own clean-up reported an end: that is no result, and the trial is repeated. */
async function undoEnd(
  deps: FinishDeps,
  live: RunLive,
  sweep: LoadedSweep | undefined,
  { interruptedSecondsAgo }: FinishRun,
): Promise<FinishedRun> {
  const { state, number, endedAt = 0 } = live
  const since = deps.clock.now() - (interruptedSecondsAgo ?? 0) * 1000
  const wanted = sweep?.head.state === 'finished' ? remainingNumbers(sweep.head) === 0 : !!sweep
  if (interruptedSecondsAgo === undefined || number === undefined || endedAt < since || !wanted || !sweep)
    return { state, kept: false, reason: `the run had ended as ${state} before` }
  if (sweep.head.state === 'cancelled') return { state, kept: false, reason: 'the sweep was cancelled' }
  // The request that reported the end may have died before it closed the trial.
  await recordOutcome(deps, live, sweep)
  // Not read at a cold start.
  const { requeueTrial: repeatTrial } = await import('../../sweeps/amendments/requeue-trials.ts')
  const trial = await repeatTrial(deps, sweep.record.key, number)
  return { state: trial.state, kept: true }
}

/** A second end with a summary: the summary is what a person or program wants to be known. */
async function addSummary(
  deps: FinishDeps,
  key: RunKey,
  summary: NonNullable<FinishRun['summary']>,
): Promise<FinishedRun> {
  const { correctSummary } = await import('../../sweeps/amendments/correct-summary.ts')
  const { live, reason } = await correctSummary(deps, key, (before) => ({ ...before, ...summary }))
  return { state: live.state, kept: reason === undefined, ...(reason !== undefined && { reason }) }
}

async function sweepOf(deps: Pick<Deps, 'store'>, live: RunLive): Promise<LoadedSweep | undefined> {
  const { sweep, key } = live
  return sweep === undefined
    ? undefined
    : deps.store.getSweep({ entity: key.entity, project: key.project, sweep })
}

/** The summary of an older attempt, computed from its history: the live half has the summary of the newest attempt. */
async function finalSummary(
  deps: Pick<Deps, 'store'>,
  live: RunLive,
  input: FinishRun,
  attempt: number,
  sweep: LoadedSweep | undefined,
) {
  if (attempt >= live.attempt || input.state !== 'finished') return undefined
  const rows = await readRows(deps, live.key, 'metrics', { onlyAttempt: attempt })
  const { progress } = observe(NO_PROGRESS, rows, sweep && objectiveOf(sweep.record.config)?.objective)
  return { summary: stringifyJson(withChosen(summarize({}, rows, -1), progress)) }
}

/** Most runs do not fail, so the code is read late. */
async function announceFailed(deps: FinishDeps, live: RunLive): Promise<void> {
  if (!deps.webhooks || (live.state !== 'failed' && live.state !== 'crashed')) return
  const { announceFailure } = await import('./announce-failure.ts')
  await announceFailure(deps, live)
}
