import type { Float, Json } from './json.ts'

/** A number that remembers whether it was written as an integer or as a float. */
export type Num = number | Float

/**
 * The parameter exists only when every named parameter has one of the listed values; otherwise it is absent from the
 * trial. Names are dotted paths from the top of `parameters` (`optimizer.name`).
 */
export type When = { readonly [name: string]: readonly Json[] }

interface Conditional {
  readonly when?: When
}

export type ConstantConfig = Conditional & { readonly distribution: 'constant'; readonly value: Json }
export type CategoricalConfig = Conditional & {
  readonly distribution: 'categorical'
  readonly values: readonly Json[]
}
export type WeightedConfig = Conditional & {
  readonly distribution: 'categorical_w_probabilities'
  readonly values: readonly Json[]
  /** As many as `values`, none negative, summing to 1. */
  readonly probabilities: readonly number[]
}
/** Integers, both ends included. */
export type IntUniformConfig = Conditional & {
  readonly distribution: 'int_uniform'
  readonly min: number
  readonly max: number
}
/** Real ranges. `log_uniform` and `inv_log_uniform` give exponents of e, the `_values` forms the values themselves. */
export type RangeConfig = Conditional & {
  readonly distribution:
    | 'uniform'
    | 'log_uniform'
    | 'log_uniform_values'
    | 'inv_log_uniform'
    | 'inv_log_uniform_values'
  readonly min: Num
  readonly max: Num
}
/**
 * `inside`: only multiples of `q` that lie in the range. `nearest`: the nearest multiple, half to even, which may pass an end by q/2;
 * a grid lists min, min + q, … Absent in configs stored by earlier versions, which means `nearest`.
 */
interface Rounding {
  readonly rounding?: 'inside' | 'nearest'
}

/** Ranges rounded to multiples of `q`. */
export type QuantizedRangeConfig = Conditional &
  Rounding & {
    readonly distribution: 'q_uniform' | 'q_log_uniform' | 'q_log_uniform_values'
    readonly min: Num
    readonly max: Num
    /** Above 0. Values are integers when this is one. */
    readonly q: Num
  }
export type NormalConfig = Conditional & {
  readonly distribution: 'normal' | 'log_normal'
  readonly mu: Num
  readonly sigma: Num
}
export type QuantizedNormalConfig = Conditional & {
  readonly distribution: 'q_normal' | 'q_log_normal'
  readonly mu: Num
  readonly sigma: Num
  readonly q: Num
}
export type BetaConfig = Conditional & { readonly distribution: 'beta'; readonly a: Num; readonly b: Num }
export type QuantizedBetaConfig = Conditional &
  Rounding & {
    readonly distribution: 'q_beta'
    readonly a: Num
    readonly b: Num
    readonly q: Num
  }

/** A parameter with a value, its distribution and the distribution's defaults made explicit. */
export type LeafConfig =
  | ConstantConfig
  | CategoricalConfig
  | WeightedConfig
  | IntUniformConfig
  | RangeConfig
  | QuantizedRangeConfig
  | NormalConfig
  | QuantizedNormalConfig
  | BetaConfig
  | QuantizedBetaConfig

/** A group of parameters, which becomes an object in the trial's parameters. */
export type NestedConfig = Conditional & { readonly parameters: ParametersConfig }

export type ParameterConfig = LeafConfig | NestedConfig
export type ParametersConfig = { readonly [name: string]: ParameterConfig }

export type Distribution = LeafConfig['distribution']

export const isNested = (config: ParameterConfig): config is NestedConfig => 'parameters' in config
