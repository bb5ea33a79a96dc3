import type { Earlier } from './trend.ts'

/** The losses of a trial at a rung; lower is better. */
export interface RungValue {
  readonly number: number
  /** The loss at the rung itself. */
  readonly loss: number
  /** The best loss up to and including the rung. */
  readonly best: number
  /** The resource at its last improvement; only where the stopper decides {@link Stopper.alone}. */
  readonly improvedAt?: number
  /** The mean loss since the rung before, and its standard error; only for a stopper that {@link Stopper.looksAhead}. */
  readonly mean?: number
  readonly error?: number
  /** Start of the trend; only for the trial that asks. */
  readonly from?: Earlier
}

export interface StopQuestion {
  /** Amount of resource at which the decision is due: a count of logged values, or a value of `early_terminate.resource`. */
  readonly rung: number
  /** The trial that asks. */
  readonly self: RungValue
  /** Trials that reached the rung, the asking trial included: all, or an even selection of them. */
  readonly peers: readonly RungValue[]
  /** How many trials each of `peers` stands for, about. 1 (default): they are all. */
  readonly weight?: number
  /** Other trials that reached the next rung, all or a selection; only if the stopper {@link Stopper.looksAhead}. */
  readonly ahead?: readonly RungValue[]
}

export type StopDecision = { readonly stop: false } | { readonly stop: true; readonly reason: string }

/** Decides at rungs whether a trial continues. Pure: a decision never writes. */
export interface Stopper {
  /**
   * Decides by the trial alone: its rungs are not stored for others, and each passed rung is decided. An improvement lowers
   * the best loss by more than `minDelta`.
   */
  readonly alone?: { readonly minDelta: number }
  /** Compares means rather than single losses, and needs the values of other trials at the next rung. */
  readonly looksAhead?: true
  /** The next rung strictly above `resource`, or undefined when there is none. Starts from -Infinity. */
  readonly nextRung: (resource: number) => number | undefined
  readonly decide: (question: StopQuestion) => StopDecision
}
