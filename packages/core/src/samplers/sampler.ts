import type { Params } from '../schema/params.ts'
import type { Space } from '../space/space.ts'

/**
 * A trial that needs parameters. `number` (from 1) seeds its random stream. `index` (from 0) is its rank among the trials
 * that the sampler fills: enqueued trials have a number, but no index.
 */
export interface Slot {
  readonly number: number
  readonly index: number
}

/** An ended trial with a result. `loss`: lower is better, finite; the sign is already turned. */
export interface Observation {
  readonly number: number
  readonly params: Params
  readonly loss: number
  /** The rung (amount of resource) at which the loss was taken, when the trial was stopped early. */
  readonly rung?: number
  /** One loss per objective, the first of them `loss`, when the sweep has several. All finite. */
  readonly losses?: readonly number[]
  /** Total constraint violation: 0 when all hold, Infinity when a value is missing. */
  readonly violation?: number
  /**
   * By bound, in the order of the config and the minimum first: how far the value is beyond it, negative where the bound holds, Infinity
   * when the value is missing.
   */
  readonly slacks?: readonly number[]
  /** The loss without regard to constraints, if `loss` regards them. */
  readonly objective?: number
}

/** An ended trial without a usable value: training reported NaN or failed. */
export interface Infeasible {
  readonly number: number
  readonly params: Params
}

/** A queued or running trial. */
export interface Pending {
  readonly number: number
  readonly params: Params
}

/** The result of a run outside the sweep. It only informs models: it has no number and may be suggested again. */
export interface Prior extends Omit<Observation, 'number'> {
  /** The sweep of the trial, whose objective may differ; absent for runs with the objective of this sweep. */
  readonly source?: string
}

export interface History {
  /** Oldest number first. */
  readonly observations: readonly Observation[]
  readonly infeasible: readonly Infeasible[]
  readonly pending: readonly Pending[]
  /** Trials that were lost or killed, without a result. They are not suggested again. */
  readonly abandoned?: readonly Pending[]
  /** Results from before the sweep. */
  readonly prior?: readonly Prior[]
}

export const EMPTY_HISTORY: History = { observations: [], infeasible: [], pending: [] }

/** Parameters that a user enqueued before the sampler filled slot `before` (exclusive, an index). */
export interface Enqueued {
  readonly before: number
  readonly params: Params
}

export interface SamplerInput {
  readonly space: Space
  /** The sweep's seed: an integer in [0, 2^53). Every draw for a slot derives from (seed, slot.number) alone. */
  readonly seed: number
  /** The slots to fill, ascending. */
  readonly slots: readonly Slot[]
  /** Empty for samplers that do not need it, see {@link Sampler.needsHistory}. */
  readonly history: History
  /** Enqueued points of a finite space; later slots do not suggest them again. */
  readonly enqueued: readonly Enqueued[]
}

export interface Suggestion {
  readonly params: Params
  /** Arm and reason of the suggestion. */
  readonly suggestedBy: { readonly arm: string; readonly why: string }
}

/**
 * Proposes parameters. Pure: rebuilt for every request, it keeps nothing between calls and reads no clock.
 * `suggest` answers one suggestion per slot, in the order of the slots. On a finite space no point is suggested twice;
 * the caller never asks for an index at or beyond {@link Sampler.capacity}.
 */
export interface Sampler {
  readonly needsHistory: boolean
  /**
   * Number of slots, or Infinity: the number of different points, less the enqueued ones that no earlier slot (an index
   * below their `before`) received. The sweep finishes after that many. An index at or beyond it makes
   * `suggest` throw `Problem('conflict', 'space-exhausted')`.
   */
  readonly capacity: (input: Pick<SamplerInput, 'space' | 'seed' | 'enqueued'>) => number
  readonly suggest: (input: SamplerInput) => readonly Suggestion[]
  /**
   * Completes parameters that a user enqueues before the sampler fills slot `index`; `given` lacks values, but has none that is
   * wrong. Undefined when the sampler leaves the choice to the distributions, as samplers without this method do.
   */
  readonly complete?: (
    input: Pick<SamplerInput, 'space' | 'enqueued'> & { readonly index: number },
    given: Params,
  ) => Params | undefined
}
