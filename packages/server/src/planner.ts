import type { History } from '@chimney/core/samplers/sampler'
import { type Planned, planTrials, type Search } from '@chimney/core/sweep/plan'
import type { SweepRecord } from './store/sweeps.ts'

export interface PlanRequest {
  readonly record: SweepRecord
  readonly search: Search
  /** See {@link planTrials}. */
  readonly numbers: readonly number[]
  readonly history: History
}

/** Parameters for numbers; the same ones for the same request, wherever they are computed. */
export type Plan = (request: PlanRequest) => Promise<readonly Planned[]>

/** Computes suggestions outside of the thread that answers requests. */
export interface Planner {
  /** Runs `work` when it is its turn, so that it reads the history late. `work` may not wait for another turn. */
  turn<T>(work: (plan: Plan) => Promise<T>): Promise<T>
}

/** In this thread, which answers no other request meanwhile. */
export const planHere: Plan = async ({ search, numbers, history }) => planTrials(search, numbers, history)
