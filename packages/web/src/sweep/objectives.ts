import type { SweepBody } from '@chimney/core/schema/api/sweeps'
import type { Goal } from '../model/pareto.ts'

export interface Objective {
  readonly name: string
  readonly goal: Goal
}

/** The objectives of a multi-objective sweep; empty for a single metric. */
export function objectivesOf(sweep: SweepBody): readonly Objective[] {
  const given = (sweep.config.metrics ?? []) as readonly { name: string; goal?: Goal }[]
  return given.map(({ name, goal }) => ({ name, goal: goal ?? 'minimize' }))
}
