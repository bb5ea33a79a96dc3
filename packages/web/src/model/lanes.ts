import type { TrialBody } from '@chimney/core/schema/api/trials'
import { endTimeOf } from './end-time.ts'

/** The time an agent worked on a trial, in milliseconds since the start of the sweep. */
export interface AgentSpan {
  /** Row of the trial in the table. */
  readonly row: number
  readonly from: number
  readonly to: number
  readonly lane: number
}

export interface Lanes {
  /** Agent of each lane; empty for the additional lanes of an agent with parallel trials. */
  readonly names: readonly string[]
  readonly spans: readonly AgentSpan[]
  readonly lengthMs: number
}

const NO_AGENT = 'no agent'
const OPEN: readonly string[] = ['queued', 'running']

/** Assigns trials to lanes: one per agent, and more for its parallel trials. Queued trials are left out. */
export function lanesOf(trials: readonly TrialBody[], sweepStart: number, now: number): Lanes {
  const byAgent = new Map<string, Omit<AgentSpan, 'lane'>[]>()
  let lengthMs = 1
  for (const [row, trial] of trials.entries()) {
    if (trial.state === 'queued') continue
    const from = Math.max(0, Date.parse(trial.started_at ?? trial.created_at) - sweepStart)
    const to = Math.max(from, (OPEN.includes(trial.state) ? now : endTimeOf(trial)) - sweepStart)
    lengthMs = Math.max(lengthMs, to)
    const agent = trial.agent ?? NO_AGENT
    const spans = byAgent.get(agent) ?? []
    spans.push({ row, from, to })
    byAgent.set(agent, spans)
  }
  const names: string[] = []
  const spans: AgentSpan[] = []
  const agents = [...byAgent].sort(
    ([a], [b]) =>
      Number(a === NO_AGENT) - Number(b === NO_AGENT) || a.localeCompare(b, 'en', { numeric: true }),
  )
  for (const [agent, list] of agents) {
    const first = names.length
    const free: number[] = []
    for (const span of list.sort((a, b) => a.from - b.from || a.row - b.row)) {
      let lane = free.findIndex((until) => until <= span.from)
      if (lane < 0) lane = free.length
      free[lane] = Math.max(span.to, span.from + 1)
      spans.push({ ...span, lane: first + lane })
    }
    names.push(agent, ...free.slice(1).map(() => ''))
  }
  return { names, spans, lengthMs }
}
