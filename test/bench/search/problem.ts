import type { Params } from '@chimney/core/schema/params'

/** A function or table with its known minimum. */
export interface SearchProblem {
  readonly name: string
  /** `main`, `extra`, `constrained` and `long` are functions; the others are families of tables. */
  readonly family: string
  /** `parameters` of a sweep config. */
  readonly parameters: { readonly [name: string]: object }
