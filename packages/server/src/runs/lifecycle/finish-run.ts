import { type Json, stringifyJson } from '@chimney/core/schema/json'
import type { RunKey } from '@chimney/core/schema/names'
import { type Ending, end } from '@chimney/core/sweep/attempt'
import type { EndState, RunState } from '@chimney/core/sweep/lifecycle'
import { summarize } from '@chimney/core/sweep/observe'
import type { Deps } from '../../deps.ts'
import type { RunLive } from '../../store/runs.ts'
import type { LoadedSweep } from '../../sweeps/load-sweep.ts'
import { missingOf } from '../../sweeps/outcomes/missing-value.ts'
import { recordOutcome } from '../../sweeps/outcomes/record-outcome.ts'
import { requeueTrial } from '../../sweeps/outcomes/requeue-trial.ts'
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
}

type FinishDeps = Pick<Deps, 'store' | 'queue' | 'clock' | 'settings'>

/**
 * Ends a run once. A repeated request gets the same answer; an outcome that came too late is reported as `kept: false`. `missing`
 * says why a trial that finished has no value.
 */
export async function finishRun(
  deps: FinishDeps,
  key: RunKey,
  input: FinishRun,
): Promise<{ readonly state: RunState; readonly kept: boolean; readonly missing?: string }> {
  const live = await deps.store.getLive(key)
  if (!live) throw runNotFound(key)
  const sweep = await sweepOf(deps, live)
  const maxAttempts = sweep?.record.config.retry.max_attempts ?? 1
  const mayRequeue =
    live.number !== undefined && (sweep?.head.state === 'running' || sweep?.head.state === 'paused')
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
      const summary = await finalSummary(deps, live, input, attempt)
      const next = {
        ...endedLive(live, { state: ending.state, attempt, now, reason: input.reason }),
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

async function sweepOf(deps: Pick<Deps, 'store'>, live: RunLive): Promise<LoadedSweep | undefined> {
  const { sweep, key } = live
  return sweep === undefined
    ? undefined
    : deps.store.getSweep({ entity: key.entity, project: key.project, sweep })
}

/** The summary of an older attempt, computed from its history: the live half has the summary of the newest attempt. */
async function finalSummary(deps: Pick<Deps, 'store'>, live: RunLive, input: FinishRun, attempt: number) {
  if (attempt >= live.attempt || input.state !== 'finished') return undefined
  const rows = await readRows(deps, live.key, 'metrics', { onlyAttempt: attempt })
  return { summary: stringifyJson(summarize({}, rows, -1)) }
}
