import { type Json, stringifyJson } from '@chimney/core/schema/json'
import type { RunKey } from '@chimney/core/schema/names'
import { Problem } from '@chimney/core/schema/problem'
import { acceptHeartbeat } from '@chimney/core/sweep/attempt'
import { isEnd } from '@chimney/core/sweep/lifecycle'
import { observe, summarize, withChosen } from '@chimney/core/sweep/observe'
import type { UnixMs } from '../../clock.ts'
import type { Deps } from '../../deps.ts'
import type { Row } from '../../store/codec/chunk.ts'
import type { RunLive } from '../../store/runs.ts'
import { type Change, changeLive, runNotFound } from '../live/change-live.ts'
import { renewedLive } from '../live/run-transitions.ts'
import { type StopAnswer, stopRequest } from '../live/stop-answer.ts'
import { summaryOf } from '../live/summary.ts'
import { timeLimitStop } from '../live/time-limit.ts'
import { decideAtRungs } from './decide-at-rungs.ts'
import { putMetricRows } from './media-rows.ts'
import { cachedJudge, type Judge } from './objective-cache.ts'

export interface ReportMetrics {
  /** In any order; indices are integers in [0, 2^53). */
  readonly rows: readonly Row[]
  /** The attempt that reports; the current one when absent. */
  readonly attempt?: number
  /** The summary of a client that computes its own; replaces the latest values. */
  readonly summary?: { readonly [name: string]: Json }
  /** The client is one of several of the run (W&B's shared mode): its summary is merged, not replaced. */
  readonly partial?: boolean
}

type MetricsDeps = Pick<Deps, 'store' | 'clock' | 'settings'>

/** Stores the rows that a run logged, renews its lease, and decides at the rungs that it passed whether it continues. */
export async function reportMetrics(
  deps: MetricsDeps,
  key: RunKey,
  input: ReportMetrics,
): Promise<StopAnswer & { readonly accepted: number }> {
  const live = await deps.store.getLive(key)
  if (!live) throw runNotFound(key)
  const judge = await judgeFor(deps, live)
  const now = deps.clock.now()
  const rows = input.rows.toSorted((a, b) => a.index - b.index)
  const attempt = input.attempt ?? live.attempt
  refuseAttempt(live, attempt)
  // Before the live half, so that readers who see the progress also find the rows.
  if (rows.length > 0) await putMetricRows(deps, key, { attempt, receivedAt: now, rows })
  const changed = await changeLive(
    deps,
    key,
    (live) => applyReport(deps, live, { ...input, rows }, attempt, judge, now),
    live,
  )
  if (!changed) throw runNotFound(key)
  return { accepted: input.rows.length, ...changed.answer }
}

const judgeFor = async (deps: Pick<Deps, 'store' | 'clock'>, { sweep, key }: RunLive) =>
  sweep === undefined ? undefined : cachedJudge(deps, { entity: key.entity, project: key.project, sweep })

function refuseAttempt({ key, attempt: current }: RunLive, attempt: number): void {
  if (attempt === 0)
    throw new Problem(
      'conflict',
      'not-claimed',
      `run ${key.run} has not been claimed; claim it before reporting metrics`,
    )
  if (attempt > current)
    throw new Problem(
      'conflict',
      'unknown-attempt',
      `attempt ${attempt} of run ${key.run} was never handed out (it is at attempt ${current}); send the attempt that came with the trial`,
    )
}

/**
 * The live half after the report. Rung values are written before the run is marked as past the rung: a request that dies in
 * between passes the rung again when it is repeated.
 */
async function applyReport(
  deps: MetricsDeps,
  live: RunLive,
  { rows, summary: own, partial }: ReportMetrics,
  attempt: number,
  judge: Judge | undefined,
  now: UnixMs,
): Promise<Change<StopAnswer>> {
  const sign = acceptHeartbeat(live, attempt)
  const answer: StopAnswer =
    sign.kind === 'outside' && sign.stop ? { stop: true, reason: sign.reason } : { stop: false }
  const owns = attempt === live.attempt
  if (sign.kind === 'outside' && (live.state !== 'crashed' || !owns))
    return owns ? lateRows(live, rows, partial ? own : undefined, answer) : { answer }
  const known = judge?.objective
  const { progress, passed } = observe(live, rows, known?.objective)
  const whole = own && partial ? { ...summaryOf(live), ...own } : own
  const latest = whole ?? summarize(summaryOf(live), rows, live.lastIndex)
  const summary = stringifyJson(withChosen(latest, progress))
  const decided =
    passed.length > 0 && !live.stop ? await decideAtRungs(deps, live, passed, known?.stopper) : undefined
  const stop = isEnd(live.state) ? live.stop : (live.stop ?? decided ?? timeLimitStop(live, judge, now))
  const next = renewedLive(deps, { ...live, ...progress, summary, ...(stop && { stop }) }, now)
  return { next, answer: stopRequest(next) ?? answer }
}

/** Late rows of a run that has ended: extend `lastIndex` and merge the summary of a shared run; the state does not change. */
function lateRows(
  live: RunLive,
  rows: readonly Row[],
  merged: ReportMetrics['summary'],
  answer: StopAnswer,
): Change<StopAnswer> {
  const lastIndex = Math.max(live.lastIndex, rows.at(-1)?.index ?? -1)
  const summary = merged ? stringifyJson({ ...summaryOf(live), ...merged }) : live.summary
  const changed = lastIndex > live.lastIndex || summary !== live.summary
  return changed ? { next: { ...live, lastIndex, summary }, answer } : { answer }
}
