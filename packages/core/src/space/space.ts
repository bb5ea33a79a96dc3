import type { Json } from '../schema/json.ts'
import type { LeafConfig, ParametersConfig } from '../schema/parameters.ts'

/**
 * One parameter with a value. `decode` is the inverse of the distribution's cdf, so that equal steps in u are equally
 * likely; a model may look at `kind`, `scale` and `categories` instead.
 */
export interface Dimension {
  /** Dotted path, as in messages and `when`: `optimizer.lr`. */
  readonly name: string
  /** Keys from the top of the parameters. */
  readonly path: readonly string[]
  readonly config: LeafConfig
  /** `float` includes quantised floats; they have a `step`. A constant has one category. */
  readonly kind: 'constant' | 'categorical' | 'integer' | 'float'
  /** How a model should see numbers: `log` when equal ratios matter. `linear` for categories too. */
  readonly scale: 'linear' | 'log'
  /** The least and greatest value; ±Infinity where the distribution has no end, NaN for categories. */
  readonly low: number
  readonly high: number
  /** Distance between neighbouring values, for discrete values. */
  readonly step?: number
  /** The different values of a categorical or constant, in the order given. */
  readonly categories?: readonly Json[]
  /** Count of values with a chance above zero, or Infinity (also when beyond 2^52). */
  readonly size: number
  /** Whether all `size` values are equally likely. False when `size` is Infinity. */
  readonly even: boolean
  /** The value at quantile u in [0, 1]. Never NaN or infinite: where a distribution has no end, u is kept off 0 and 1. */
  readonly decode: (u: number) => Json
  /** The middle of the quantiles that decode to the value; undefined for a value that this dimension cannot have. */
  readonly encode: (value: Json) => number | undefined
  /** The i-th value, i in [0, size), ascending for numbers. Only when `size` is finite. */
  readonly at: (index: number) => Json
  /** The i of {@link at}, or undefined. */
  readonly indexOf: (value: Json) => number | undefined
  /** The i of the value at quantile u, without making the value. Only when `size` is finite. */
  readonly indexAtQuantile: (u: number) => number
  /** The probability of the i-th value. */
  readonly probabilityOf: (index: number) => number
  /** The dimension exists only where each of these dimensions (by position in {@link Space.dimensions}) has one of the values. */
  readonly when: readonly { readonly dimension: number; readonly values: readonly Json[] }[]
}

export interface Space {
  readonly parameters: ParametersConfig
  /** Nested names flattened; alphabetical at each level, as in W&B. Constants are included. */
  readonly dimensions: readonly Dimension[]
  /**
   * How many different points there are, or Infinity (also when beyond 2^52). With constraints: how many they allow, or
   * Infinity when they are too many to count (`allowed-cells.ts`).
   */
  readonly size: number
  /** `constraints_on_parameters`. Absent without any. */
  readonly constraints?: readonly Constraint[]
}

/** An expression that must not be false. A parameter that does not exist makes the conditions about it unknown, not false. */
export interface Constraint {
  readonly text: string
  /** Indices and names of the dimensions in it. */
  readonly dimensions: readonly number[]
  readonly names: readonly string[]
  /** 0 where the expression holds, else how far the point is from that, in units of the expression. */
  readonly shortfall: (point: Point) => number
}

/** One value per dimension, in order; undefined where the dimension does not exist in this point. */
export type Point = readonly (Json | undefined)[]

/** The first constraint that forbids the point. */
export const violatedBy = ({ constraints = [] }: Space, point: Point): Constraint | undefined =>
  constraints.find(({ shortfall }) => shortfall(point) > 0)

export const allows = (space: Space, point: Point): boolean => violatedBy(space, point) === undefined

/** The sum of the shortfalls, each in its unit. Infinite and undefined ones count as large. */
export function excessOf(constraints: readonly Constraint[], point: Point, units: readonly number[]): number {
  let sum = 0
  for (let i = 0; i < constraints.length; i++) {
    const missed = constraints[i]!.shortfall(point)
    if (missed > 0) sum += Math.min(missed / units[i]!, 1e6) || Number.MIN_VALUE
  }
  return sum
}
