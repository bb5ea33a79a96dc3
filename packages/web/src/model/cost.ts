import type { TrialBody } from '@chimney/core/schema/api'

export interface SweepCost {
  /** Of all agents together. */
  readonly computeMs: number
  /** From the first trial to the last sign of one, by the clock. */
  readonly elapsedMs: number
  /** That had a trial. */
  readonly agents: number
  /** What AWS asks for the service itself so far, about; without training. */
  readonly dollars: number
}

/**
 * From docs/costs.md: handing out, starting and finishing a trial, and a request for metrics, of which the SDK sends one in ten
 * seconds at most and a handful in the first ones. On demand in us-east-1, without the free tiers.
 */
const DOLLARS_A_TRIAL = 15e-6
const DOLLARS_A_REQUEST = 3.5e-6
const FIRST_REQUESTS = 9
const REQUEST_EVERY_MS = 10_000
const OPEN: readonly string[] = ['queued', 'running']

/** What the trials have taken so far. */
export function costOf(trials: readonly TrialBody[], now: number): SweepCost {
  let computeMs = 0
  let dollars = 0
  let [first, last] = [Number.POSITIVE_INFINITY, 0]
  const agents = new Set<string>()
  for (const { state, created_at, started_at, updated_at, agent } of trials) {
    if (agent !== undefined) agents.add(agent)
    first = Math.min(first, Date.parse(created_at))
    last = Math.max(last, OPEN.includes(state) ? now : Date.parse(updated_at))
    dollars += DOLLARS_A_TRIAL
    if (state === 'queued') continue
    const ms = Math.max(
      0,
      (OPEN.includes(state) ? now : Date.parse(updated_at)) - Date.parse(started_at ?? created_at),
    )
    computeMs += ms
    // The first requests come in the first half minute.
    const early = FIRST_REQUESTS * Math.min(1, ms / 30_000)
    dollars += DOLLARS_A_REQUEST * (1 + early + ms / REQUEST_EVERY_MS)
  }
  return {
    computeMs,
    elapsedMs: trials.length === 0 ? 0 : Math.max(0, last - first),
    agents: agents.size,
    dollars,
  }
}
