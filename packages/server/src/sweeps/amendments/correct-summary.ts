import { type Json, stringifyJson } from '@chimney/core/schema/json'
import type { RunKey } from '@chimney/core/schema/names'
import type { SweepConfig } from '@chimney/core/schema/sweep-config'
import { isEnd } from '@chimney/core/sweep/lifecycle'
import { metricValue } from '@chimney/core/sweep/observe'
import { changeLive, runNotFound } from '../../runs/live/change-live.ts'
import { summaryOf } from '../../runs/live/summary.ts'
import type { RunLive } from '../../store/runs.ts'
import { trialOutcome } from '../results/trial-outcome.ts'
import { type AmendDeps, amendTrials } from './amend-trials.ts'

export type Summary = { readonly [name: string]: Json }

/**
 * Changes the summary of a run. That of an ended trial is what its sweep judges by, so the trial gets the value that the summary has
 * now; the earlier one stays in the trial's list. `reason`: why the value of an ended trial does not follow its summary.
 */
export async function correctSummary(
  deps: AmendDeps,
  key: RunKey,
  change: (before: Summary) => Summary,
): Promise<{ readonly live: RunLive; readonly reason?: string }> {
  const changed = await changeLive(deps, key, (live) => {
    // The value of an ended trial changes in steps that the repair completes, see amendTrials.
    if (isEnd(live.state) && live.number !== undefined && live.sweep !== undefined)
      return { answer: 'ended' as const }
    return { next: { ...live, summary: stringifyJson(change(summaryOf(live))) }, answer: 'open' as const }
  })
  if (!changed) throw runNotFound(key)
  if (changed.answer === 'open') return { live: changed.live }
  return correctEnded(deps, changed.live, change)
}

async function correctEnded(deps: AmendDeps, live: RunLive, change: (before: Summary) => Summary) {
  const { key, sweep, number } = live
  const sweepKey = { entity: key.entity, project: key.project, sweep: sweep! }
  const found = await deps.store.getSweep(sweepKey)
  const trial = found && (await deps.store.getTrial({ ...sweepKey, number: number! }))
  if (!found || !trial) return { live: (await writeSummary(deps, live.key, change)).live }
  const { config } = found.record
  const outcomeOf = (one: RunLive) =>
    isEnd(one.state) && !one.voided ? stringifyJson(trialOutcome(one, one.state, config) as Json) : ''
  const withSummary = (one: RunLive): RunLive => ({
    ...one,
    summary: stringifyJson(change(summaryOf(one))),
  })
  const changesOutcome = (one: RunLive) => outcomeOf(withSummary(one)) !== outcomeOf(one)
  const { written, live: after } = await writeSummary(deps, key, change, changesOutcome)
  if (written) {
    const reason = hasOtherValue(config, live, after) ? whyKept(after) : undefined
    return { live: after, ...(reason !== undefined && { reason }) }
  }
  await amendTrials(deps, found, [trial], { change: withSummary })
  const amended = await deps.store.getLive(key)
  if (!amended) throw runNotFound(key)
  return { live: amended }
}

/** `written` is false when `isLeft`: judged at the write, since another request may have corrected the summary meanwhile. */
async function writeSummary(
  deps: Pick<AmendDeps, 'store' | 'clock'>,
  key: RunKey,
  change: (before: Summary) => Summary,
  isLeft: (live: RunLive) => boolean = () => false,
): Promise<{ readonly written: boolean; readonly live: RunLive }> {
  const changed = await changeLive(deps, key, (live) => {
    if (isLeft(live)) return { answer: false }
    const summary = stringifyJson(change(summaryOf(live)))
    return summary === live.summary ? { answer: true } : { next: { ...live, summary }, answer: true }
  })
  if (!changed) throw runNotFound(key)
  return { written: changed.answer, live: changed.live }
}

/** Whether a metric of the sweep has another value in the summary. */
function hasOtherValue({ metric, metrics }: SweepConfig, before: RunLive, after: RunLive): boolean {
  const names = (metrics ?? (metric ? [metric] : [])).map(({ name }) => name)
  return names.some((name) => metricValue(summaryOf(before), name) !== metricValue(summaryOf(after), name))
}

/** Why a trial that ended so does not take its value from the summary. */
function whyKept({ state, voided, rung }: RunLive): string | undefined {
  if (voided) return 'the trial is void, so it has no value; requeue it to get one'
  if (state === 'stopped' && rung !== undefined)
    return `the trial was stopped early, so its value is the one at rung ${rung}`
  if (state !== 'finished' && state !== 'stopped')
    return `the trial has ended as ${state}, so its last numbers are not a result; requeue it to get one`
  return undefined
}
