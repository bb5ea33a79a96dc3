import type { Params } from '@chimney/core/schema/params'

/** A function or table with its known minimum. */
export interface SearchProblem {
  readonly name: string
  /** `main`, `extra`, `constrained`, `long` and `noisy` are functions; the others are families of tables. */
  readonly family: string
  /** `parameters` of a sweep config. */
  readonly parameters: { readonly [name: string]: object }
  /** Trials of one search. */
  readonly budget: number
  readonly loss: (params: Params) => number
  readonly minimum: number
  /** Divisor of the regret; 1 for functions. */
  readonly unit: number
  /** How far each constraint on results is missed: at most 0 where it holds. */
  readonly slacks?: (params: Params) => readonly number[]
  /**
   * Deviation of the normal noise that is added to what optimizers see. The regret is then the true one of the trial that is
   * recommended: by optimizers that recommend none, the one with the lowest loss that was seen.
   */
  readonly noise?: number
}
