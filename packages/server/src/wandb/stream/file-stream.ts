import type { RunKey } from '@chimney/core/schema/names'
import { isEnd } from '@chimney/core/sweep/lifecycle'
import type { Deps } from '../../deps.ts'
import { appendRows } from '../../runs/history/append-rows.ts'
import { reportMetrics } from '../../runs/history/report-metrics.ts'
import { finishRun } from '../../runs/lifecycle/finish-run.ts'
import { heartbeat } from '../../runs/lifecycle/heartbeat.ts'
import { markPreempting } from '../../runs/lifecycle/mark-preempting.ts'
import { runNotFound } from '../../runs/live/change-live.ts'
import type { RunLive } from '../../store/runs.ts'
import { ownLines } from '../runs/shared-run.ts'
import { boundedValues } from './bounded-values.ts'
import type { StreamBody } from './stream-body.ts'

/** The summary is written with every heartbeat, so large values cost write units each time. */
const MAX_SUMMARY = 60_000

type Summary = NonNullable<StreamBody['summary']>

export interface StreamAnswer {
  /** Orders the training process to stop. */
  readonly stopped?: true
}

/**
 * Processes one request of a run's stream. Lines are stored by number, so a resend or second delivery has no effect. Rows are
 * stored before the end of the run, so that the end is never visible without them. `writer` is the process that sends
 * it, when the run has several.
 */
export async function takeStream(
  deps: Deps,
  key: RunKey,
  sent: StreamBody,
  writer?: string,
): Promise<StreamAnswer> {
  const before = await deps.store.getLive(key)
  if (!before) throw runNotFound(key)
  const body = writer === undefined ? sent : await ownLines(deps, key, writer, sent)
  const { attempt } = before
  await Promise.all([
    appendRows(deps, key, 'system', { rows: body.system, attempt }),
    appendRows(deps, key, 'console', { rows: body.console, attempt }),
  ])
  const summary = body.summary && (await boundedSummary(deps, before, body.summary))
  const news =
    body.history.length > 0 || summary
      ? await reportMetrics(deps, key, {
          rows: body.history,
          ...(summary && { summary }),
          ...(writer !== undefined && { partial: true }),
        })
      : await heartbeat(deps, key, {})
  // A finished run that is resumed to log its test results: they belong to its result.
  if (summary && isEnd(before.state) && before.number !== undefined) {
    const { correctSummary } = await import('../../sweeps/amendments/correct-summary.ts')
    await correctSummary(deps, key, (known) => ({ ...known, ...summary }))
  }
  if (body.preempting) await markPreempting(deps, key)
  if (body.complete) {
    await finish(deps, key, body.exitCode ?? 0)
    return {}
  }
  // An ended run may still log during clean-up; only a run with a stop order receives it again.
  const stopped = before.stop !== undefined || (news.stop && !isEnd(before.state))
  return stopped ? { stopped: true } : {}
}

/** What the sweep judges by outlives everything else in a summary that is too large. */
async function boundedSummary(deps: Deps, { key, sweep }: RunLive, summary: Summary): Promise<Summary> {
  const bounded = boundedValues(summary, MAX_SUMMARY)
  if (bounded === summary || sweep === undefined) return bounded
  const config = (await deps.store.getSweep({ entity: key.entity, project: key.project, sweep }))?.record
    .config
  const { metric, metrics = [], constraints = [] } = config ?? {}
  const names = [...(metric ? [metric] : []), ...metrics, ...constraints].flatMap(({ name }) => [
    name,
    name.split('.')[0]!,
  ])
  return boundedValues(summary, MAX_SUMMARY, new Set(names))
}

async function finish(deps: Deps, key: RunKey, exitCode: number): Promise<void> {
  const live = await deps.store.getLive(key)
  if (!live) throw runNotFound(key)
  const preempted = live.preempting && exitCode !== 0 && live.number !== undefined
  const state = exitCode === 0 ? 'finished' : preempted ? 'released' : 'failed'
  await finishRun(deps, key, {
    state,
    exitCode,
    ...(exitCode !== 0 && { reason: `exit code ${exitCode}` }),
  })
}
