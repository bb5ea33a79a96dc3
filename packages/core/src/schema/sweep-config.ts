import type { EarlyTerminate } from './early-terminate.ts'
import type { Json } from './json.ts'
import type { MetricSummary } from './metric-summary.ts'
import type { ParametersConfig } from './parameters.ts'
import type { MaxFailuresConfig, MaxSecondsConfig } from './sweep-limits.ts'

/** `bayes` is the portfolio; `custom` belongs to W&B's local controller. */
export type Method = 'bayes' | 'random' | 'grid' | 'custom' | 'sobol' | 'tpe' | 'gp' | 'cmaes'

export type Goal = 'minimize' | 'maximize'

export interface Metric {
  /** A flat key of history or summary; dots have no meaning. */
  readonly name: string
  readonly goal: Goal
  /** The sweep finishes once a trial reaches it. */
  readonly target?: number
  /** Which logged value counts; absent when the config does not say. */
  readonly summary?: MetricSummary
  /** W&B's key for the imputed value of failed runs; without effect here. */
  readonly impute: 'latest' | 'best' | 'worst'
  readonly impute_while_running: 'latest' | 'best' | 'worst' | 'false'
}

/** A trial is feasible only when the metric lies within the bounds (included). At least one bound is given. */
export interface Constraint {
  readonly name: string
  readonly min?: number
  readonly max?: number
}

/** Earlier results, which inform the search but are not part of the sweep. At least one list is given. */
export interface WarmStart {
  /** Sweeps with the same metric: `entity/project/id`, `project/id`, or `id` for one of the same project. */
  readonly sweeps?: readonly string[]
  /** Ids of runs of the same project whose config has the sweep's parameters, and whose summary has its metric. */
  readonly runs?: readonly string[]
}

/**
 * A sweep's config with defaults filled in and every distribution explicit. It is a plain {@link Json} value: stored as
 * text by `stringifyJson`, read back by `parseJson`. Keys that the service ignores are kept.
 */
export interface SweepConfig {
  readonly method: Method
  readonly parameters: ParametersConfig
  readonly metric?: Metric
  readonly metrics?: readonly Metric[]
  readonly constraints?: readonly Constraint[]
  readonly early_terminate?: EarlyTerminate
  readonly warm_start?: WarmStart
  /** Expressions that no suggested point makes false. Without effect when empty. */
  readonly constraints_on_parameters?: readonly string[]
  /** Total of trials, at least 1. */
  readonly run_cap?: number
  readonly max_seconds?: MaxSecondsConfig
  readonly max_failures?: MaxFailuresConfig
  /** How often each point runs, 1 to 100. */
  readonly replicates?: number
  /** An integer in [0, 2^53). */
  readonly seed?: number
  /** `agent` names an agent function; `concurrency` trials of it run at a time (10 unless given). */
  readonly dispatch?: { readonly agent: string; readonly concurrency: number }
  /** How often a lost trial is tried in all; 3 unless given. */
  readonly retry: { readonly max_attempts: number }
  readonly program?: string
  readonly command?: readonly Json[]
  readonly name?: string
  readonly description?: string
  readonly entity?: string
  readonly project?: string
  readonly controller?: { readonly type: 'local' | 'cloud' }
}

/** The metric that the sweep optimizes: `metric`, or the first of `metrics`. */
export const metricOf = ({ metric, metrics }: Pick<SweepConfig, 'metric' | 'metrics'>): Metric | undefined =>
  metric ?? metrics?.[0]

/** Turns a metric's value so that lower is better. */
export const lossOf = (goal: Goal, value: number): number => (goal === 'maximize' ? -value : value)

/** Turns a loss back into the metric's value. */
export const valueFromLoss = (goal: Goal, loss: number): number => (goal === 'maximize' ? -loss : loss)
