/** Ended trials as a search sees them. */
import type { History, Infeasible, Observation, Pending } from '../samplers/sampler.ts'
import type { Params } from '../schema/params.ts'
import { isEnd, type RunState } from './lifecycle.ts'

/**
 * How a trial ended. `observed`: it has a loss, taken at `rung` when it was stopped early. `infeasible`: it ran and has none.
 * `abandoned`: it was killed or lost. `crashed`: as `abandoned`, but a late result may still replace it. `void`: it never
 * had parameters.
 */
export type Fate = 'observed' | 'infeasible' | 'abandoned' | 'crashed' | 'void'

export interface EndedTrial extends Result {
  readonly number: number
  readonly fate: Fate
  readonly params: Params
}

/** See {@link Observation}. */
type Result = {
  readonly [key in 'loss' | 'rung' | 'losses' | 'violation' | 'slacks']?: Observation[key] | undefined
}

/** Undefined while the trial is open. */
export function endedTrialOf(
  trial: { readonly number: number; readonly params: Params; readonly state: RunState } & Result,
): EndedTrial | undefined {
  const { number, params, state, loss, rung, losses, violation, slacks } = trial
  if (!isEnd(state)) return undefined
  if (Object.keys(params).length === 0) return { number, fate: 'void', params }
  if (loss !== undefined) return { number, fate: 'observed', params, loss, rung, losses, violation, slacks }
  if (state === 'failed' || state === 'finished') return { number, fate: 'infeasible', params }
  return { number, fate: state === 'crashed' ? 'crashed' : 'abandoned', params }
}

/** Both ascending by number. */
export function historyOf(ended: Iterable<EndedTrial>, pending: readonly Pending[]): History {
  const observations: Observation[] = []
  const infeasible: Infeasible[] = []
  const abandoned: Pending[] = []
  for (const trial of ended) {
    if (trial.fate === 'observed') observations.push(observationOf(trial))
    else if (trial.fate === 'infeasible') infeasible.push({ number: trial.number, params: trial.params })
    else if (trial.fate !== 'void') abandoned.push({ number: trial.number, params: trial.params })
  }
  return { observations, infeasible, pending, abandoned }
}

const observationOf = ({
  number,
  params,
  loss,
  rung,
  losses,
  violation,
  slacks,
}: EndedTrial): Observation => ({
  number,
  params,
  loss: loss!,
  ...(rung !== undefined && { rung }),
  ...(losses !== undefined && { losses }),
  ...(violation !== undefined && { violation }),
  ...(slacks !== undefined && { slacks }),
})
