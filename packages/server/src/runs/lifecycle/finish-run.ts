import { type Json, stringifyJson } from '@chimney/core/schema/json'
import type { RunKey } from '@chimney/core/schema/names'
import { type Ending, end } from '@chimney/core/sweep/attempt'
import type { EndState, RunState } from '@chimney/core/sweep/lifecycle'
import { summarize } from '@chimney/core/sweep/observe'
import type { Deps } from '../../deps.ts'
import type { RunLive } from '../../store/runs.ts'
import type { LoadedSweep } from '../../sweeps/load-sweep.ts'
import { requeueTrial } from '../../sweeps/settling/requeue-trial.ts'
import { settleTrial } from '../../sweeps/settling/settle-trial.ts'
import { readRows } from '../history/rows.ts'
import { changeLive, runNotFound } from '../live/change-live.ts'
import { endedLive, requeuedLive } from '../live/end-run.ts'
import { summaryOf } from '../live/summary.ts'

export interface FinishRun {
  readonly state: EndState | 'released'
  readonly exitCode?: number
  readonly reason?: string
  /** Values that the run ends with; they win over what was logged. */
  readonly summary?: { readonly [name: string]: Json }
  readonly attempt?: number
}

type FinishDeps = Pick<Deps, 'store' | 'queue' | 'clock' | 'settings'>

/** Ends a run once. A repetition gets the same answer; an outcome that comes too late is told so (`kept: false`). */
export async function finishRun(
  deps: FinishDeps,
  key: RunKey,
  input: FinishRun,
): Promise<{ readonly state: RunState; readonly kept: boolean }> {
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
      // The sweep may be over and off everybody's list: whoever looks after it must find this should we die on the way there.
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
  // Also after a repetition: what followed the first one may have been lost.
  else await settleTrial(deps, changed.live, sweep)
  return { state: changed.live.state, kept: answer.kind !== 'ignored' }
}

async function sweepOf(deps: Pick<Deps, 'store'>, live: RunLive): Promise<LoadedSweep | undefined> {
  const { sweep, key } = live
  return sweep === undefined
    ? undefined
    : deps.store.getSweep({ entity: key.entity, project: key.project, sweep })
}

/**
 * The summary that an attempt ends with, when it is not the one on the run: an attempt that was given up has its values only
 * in its history, since the next attempt's have replaced them.
 */
async function finalSummary(deps: Pick<Deps, 'store'>, live: RunLive, input: FinishRun, attempt: number) {
  if (attempt >= live.attempt || input.state !== 'finished') return undefined
  const rows = await readRows(deps, live.key, 'metrics', { onlyAttempt: attempt })
  return { summary: stringifyJson(summarize({}, rows, -1)) }
}
