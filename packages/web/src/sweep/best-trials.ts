import type { SweepBody } from '@chimney/core/schema/api/sweeps'
import type { TrialBody } from '@chimney/core/schema/api/trials'
import { frontRows } from '../model/front.ts'
import type { TrialTable } from '../model/trial-table.ts'

/** Whether a trial is the best one of its sweep, or finished with the same value. With replicates the best value is a mean: then by number. */
export const isBest = (
  { number, state, value, replicate }: Pick<TrialBody, 'number' | 'state' | 'value' | 'replicate'>,
  best: SweepBody['best'],
): boolean =>
  best !== null && (number === best.number || (!replicate && state === 'finished' && value === best.value))

/** Rows of the best trials: those with the best value, or the Pareto front of several objectives. */
export function bestRows({ trials, objectives }: TrialTable, best: SweepBody['best']): readonly number[] {
  if (objectives.length === 0) return trials.flatMap((trial, row) => (isBest(trial, best) ? [row] : []))
  return frontRows(
    objectives.map(({ column, goal }) => ({ values: column.values, goal })),
    trials,
  )
}
