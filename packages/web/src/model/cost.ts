import type { TrialBody } from '@chimney/core/schema/api/trials'
import { endTimeOf } from './end-time.ts'

export interface SweepCost {
  /** Run time of all trials together. */
  readonly computeMs: number
  /** Wall-clock time from the first trial to the last update. */
  readonly elapsedMs: number
  /** Agents with at least one trial. */
  readonly agents: number
  /** Estimated AWS charges of the service, without training compute. */
  readonly dollars: number
}

/**
 * From docs/costs.md, on demand in us-east-1 without the free tier: assigning, starting and finishing a trial, and one metrics
 * request. The SDK sends at most one request per 10 s, and some more at the start.
 */
const USD_PER_TRIAL = 15e-6
const USD_PER_REQUEST = 3.5e-6
const FIRST_REQUESTS = 9
const REQUEST_EVERY_MS = 10_000
const OPEN: readonly string[] = ['queued', 'running']

/** Of a trial that has run for so long. */
export function dollarsOf(ms: number): number {
  // FIRST_REQUESTS are sent within the first 30 s.
  const early = FIRST_REQUESTS * Math.min(1, ms / 30_000)
  return USD_PER_TRIAL + USD_PER_REQUEST * (1 + early + ms / REQUEST_EVERY_MS)
}

/** Time and estimated cost of the trials so far. */
export function costOf(trials: readonly TrialBody[], now: number): SweepCost {
  let computeMs = 0
  let dollars = 0
  let [first, last] = [Number.POSITIVE_INFINITY, 0]
  const agents = new Set<string>()
  for (const trial of trials) {
    const { state, created_at, started_at, agent } = trial
    const end = OPEN.includes(state) ? now : endTimeOf(trial)
    if (agent !== undefined) agents.add(agent)
    first = Math.min(first, Date.parse(created_at))
    last = Math.max(last, end)
    if (state === 'queued') {
      dollars += USD_PER_TRIAL
      continue
    }
    const ms = Math.max(0, end - Date.parse(started_at ?? created_at))
    computeMs += ms
    dollars += dollarsOf(ms)
  }
  return {
    computeMs,
    elapsedMs: trials.length === 0 ? 0 : Math.max(0, last - first),
    agents: agents.size,
    dollars,
  }
}
