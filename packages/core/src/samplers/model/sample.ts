import type { Row } from './view.ts'

/** A trial with a reported loss, in the form that models use. */
export interface Sample {
  readonly number: number
  readonly row: Row
  /** Finite; lower is better. */
  readonly loss: number
  /** The rung of the loss, for a trial that was stopped early. */
  readonly rung?: number
  /** See `Observation`: both, in a sweep whose results have constraints. */
  readonly objective?: number
  readonly slacks?: readonly number[]
}
