import type { Params } from '../schema/params.ts'
import type { Space } from '../space/space.ts'

/**
 * A place to fill. `number` is the trial's number (from 1) and seeds its random stream. `index` (from 0) is its rank
 * among the numbers that the sampler fills: trials that a person enqueued take a number, but no index.
 */
export interface Slot {
  readonly number: number
  readonly index: number
}

/** A closed trial that told something. `loss`: lower is better, finite; the sign was turned once. */
export interface Observation {
  readonly number: number
  readonly params: Params
  readonly loss: number
  /** The rung (amount of resource) at which the loss was taken, when the trial was stopped early. */
  readonly rung?: number
  /** One loss per objective, the first of them `loss`, when the sweep has several. All finite. */
  readonly losses?: readonly number[]
  /** How far the trial was off the sweep's constraints: 0 when it kept them all, Infinity when it did not tell. */
  readonly violation?: number
}

/** A closed trial without a usable value: training said NaN or failed by itself. */
export interface Infeasible {
  readonly number: number
  readonly params: Params
}

/** A trial that was handed out, or waits to be, and has not ended. */
export interface Pending {
  readonly number: number
  readonly params: Params
}

/**
 * What a run outside of the sweep told, or a trial of another sweep: it informs models and is nothing else. It has no number, takes
 * no place, and may be suggested again.
 */
export interface Prior extends Omit<Observation, 'number'> {
  /** The sweep that it is from, which may have searched something else; absent for runs of this sweep's own objective. */
  readonly source?: string
}

export interface History {
  /** Oldest number first. */
  readonly observations: readonly Observation[]
  readonly infeasible: readonly Infeasible[]
  readonly pending: readonly Pending[]
  /** Trials that ended without telling anything: lost, or killed by a person. They are not suggested again. */
  readonly abandoned?: readonly Pending[]
  /** What was known before the sweep began. */
  readonly prior?: readonly Prior[]
}

export const EMPTY_HISTORY: History = { observations: [], infeasible: [], pending: [] }

/** Parameters that a person enqueued before the sampler had filled slot `before` (exclusive, an index). */
export interface Enqueued {
  readonly before: number
  readonly params: Params
}

export interface SamplerInput {
  readonly space: Space
  /** The sweep's seed: an integer in [0, 2^53). Every draw for a slot derives from (seed, slot.number) alone. */
  readonly seed: number
  /** The places to fill, ascending. */
  readonly slots: readonly Slot[]
  /** Empty for samplers that do not need it, see {@link Sampler.needsHistory}. */
  readonly history: History
  /** Points of a finite space that were enqueued; they are not suggested again by later slots. */
  readonly enqueued: readonly Enqueued[]
}

export interface Suggestion {
  readonly params: Params
  /** Which arm made it, and why, in a sentence. */
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
   * How many slots there are to fill, or Infinity: the number of different points, less the enqueued ones that no earlier
   * slot (an index below their `before`) was given. The sweep ends by itself after as many. An index at or beyond it makes
   * `suggest` throw `Problem('conflict', 'space-exhausted')`.
   */
  readonly capacity: (input: Pick<SamplerInput, 'space' | 'seed' | 'enqueued'>) => number
  readonly suggest: (input: SamplerInput) => readonly Suggestion[]
}
