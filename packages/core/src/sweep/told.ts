/** What a search remembers of the trials of its sweep. */
import type { History, Infeasible, Observation, Pending } from '../samplers/sampler.ts'
import type { Params } from '../schema/params.ts'
import { isEnd, type RunState } from './lifecycle.ts'

/**
 * What an ended trial said. `told` has a loss, taken at `rung` when it was stopped early. `infeasible` ran and has none;
 * `abandoned` was killed or lost and says nothing; `crashed` as well, but a late result may still replace it; `void`
 * never had parameters.
 */
export type Fate = 'told' | 'infeasible' | 'abandoned' | 'crashed' | 'void'

export interface Told extends Result {
  readonly number: number
  readonly fate: Fate
  readonly params: Params
}

/** See {@link Observation}. */
type Result = { readonly [key in 'loss' | 'rung' | 'losses' | 'violation']?: Observation[key] | undefined }

/** Undefined while the trial is open. */
export function toldOf(
  trial: { readonly number: number; readonly params: Params; readonly state: RunState } & Result,
): Told | undefined {
  const { number, params, state, loss, rung, losses, violation } = trial
  if (!isEnd(state)) return undefined
  if (Object.keys(params).length === 0) return { number, fate: 'void', params }
  if (loss !== undefined) return { number, fate: 'told', params, loss, rung, losses, violation }
  if (state === 'failed' || state === 'finished') return { number, fate: 'infeasible', params }
  return { number, fate: state === 'crashed' ? 'crashed' : 'abandoned', params }
}

/** Both ascending by number. */
export function historyOf(ended: Iterable<Told>, pending: readonly Pending[]): History {
  const observations: Observation[] = []
  const infeasible: Infeasible[] = []
  const abandoned: Pending[] = []
  for (const trial of ended) {
    if (trial.fate === 'told') observations.push(observationOf(trial))
    else if (trial.fate === 'infeasible') infeasible.push({ number: trial.number, params: trial.params })
    else if (trial.fate !== 'void') abandoned.push({ number: trial.number, params: trial.params })
  }
  return { observations, infeasible, pending, abandoned }
}

const observationOf = ({ number, params, loss, rung, losses, violation }: Told): Observation => ({
  number,
  params,
  loss: loss!,
  ...(rung !== undefined && { rung }),
  ...(losses !== undefined && { losses }),
  ...(violation !== undefined && { violation }),
})
