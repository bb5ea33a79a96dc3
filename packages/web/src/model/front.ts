import type { TrialBody } from '@chimney/core/schema/api/trials'
import type { Goal } from './pareto.ts'

export interface ObjectiveValues {
  readonly values: Float64Array
  readonly goal: Goal
}

/** Rows of finished, feasible trials that no other such trial dominates, ascending; equal trials are all kept. */
export function frontRows(
  objectives: readonly ObjectiveValues[],
  trials: readonly Pick<TrialBody, 'state' | 'feasible'>[],
): readonly number[] {
  const losses = objectives.map(({ values, goal }) => (goal === 'maximize' ? values.map((v) => -v) : values))
  const rows = trials.flatMap(({ state, feasible }, row) =>
    state === 'finished' && feasible !== false && losses.every((each) => Number.isFinite(each[row]))
      ? [row]
      : [],
  )
  // In this order nothing dominates a row before it.
  rows.sort((a, b) => {
    for (const each of losses) if (each[a] !== each[b]) return each[a]! - each[b]!
    return a - b
  })
  const front: number[] = []
  const dominates = (a: number, b: number) =>
    losses.every((each) => each[a]! <= each[b]!) && losses.some((each) => each[a]! < each[b]!)
  for (const row of rows) if (!front.some((other) => dominates(other, row))) front.push(row)
  return front.sort((a, b) => a - b)
}
