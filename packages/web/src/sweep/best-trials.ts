import type { SweepBody } from '@chimney/core/schema/api/sweeps'
import type { TrialBody } from '@chimney/core/schema/api/trials'

/** Whether a trial is the best one of its sweep, or finished with the same value. With replicates the best value is a mean: then by number. */
export const isBest = (
  { number, state, value, replicate }: Pick<TrialBody, 'number' | 'state' | 'value' | 'replicate'>,
  best: SweepBody['best'],
): boolean =>
  best !== null && (number === best.number || (!replicate && state === 'finished' && value === best.value))
