import type { BestTrial } from '../../store/sweeps.ts'
import type { TrialRecord } from '../../store/trials.ts'

/** The better one of the best so far and a trial, if that has finished with a value and violates no constraint. Of equal losses the lower number wins. */
export function betterTrial(best: BestTrial | undefined, trial: TrialRecord): BestTrial | undefined {
  const candidate = candidateOf(trial)
  return candidate && (!best || isBetter(candidate, best)) ? candidate : best
}

/** The trial as a candidate for the best one; undefined when it cannot be. */
export function candidateOf(trial: TrialRecord): BestTrial | undefined {
  const { key, run, state, value, loss, violation, replicate } = trial
  // The mean of its point counts, see pointCandidate.
  if (replicate) return undefined
  if (state !== 'finished' || value === undefined || loss === undefined || violation! > 0) return undefined
  return { number: key.number, run, value, loss }
}

export const isBetter = (one: BestTrial, other: BestTrial): boolean =>
  one.loss < other.loss || (one.loss === other.loss && one.number < other.number)
