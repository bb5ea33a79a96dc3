import { gridIssues } from '../samplers/grid-axis.ts'
import { buildSpace } from '../space/build-space.ts'
import type { EarlyTerminate } from './early-terminate.ts'
import { Findings, shown } from './findings.ts'
import { isObject, type Json, parseJson, stringifyJson } from './json.ts'
import type { ParametersConfig } from './parameters.ts'
import { parseHeader } from './parse-header.ts'
import { parseParameters } from './parse-parameters.ts'
import { Problem } from './problem.ts'
import { parseYaml } from './yaml.ts'

/** `bayes` is the portfolio; `custom` belongs to W&B's local controller. */
export type Method = 'bayes' | 'random' | 'grid' | 'custom' | 'sobol' | 'tpe' | 'gp' | 'cmaes'

export type Goal = 'minimize' | 'maximize'

export interface Metric {
  /** A flat key of history or summary; dots have no meaning. */
  readonly name: string
  readonly goal: Goal
  /** The sweep finishes once a trial reaches it. */
  readonly target?: number
  /** W&B's word for what a model-based method assumes of failed runs. */
  readonly impute: 'latest' | 'best' | 'worst'
  readonly impute_while_running: 'latest' | 'best' | 'worst' | 'false'
}

/** A trial is feasible only when the metric lies within the bounds (included). At least one bound is there. */
export interface Constraint {
  readonly name: string
  readonly min?: number
  readonly max?: number
}

/**
 * A sweep's config with defaults filled in and every distribution explicit. It is a plain {@link Json} value: stored as
 * text by `stringifyJson`, read back by {@link readSweepConfig}. Keys that the service ignores are kept.
 */
export interface SweepConfig {
  readonly method: Method
  readonly parameters: ParametersConfig
  readonly metric?: Metric
  readonly metrics?: readonly Metric[]
  readonly constraints?: readonly Constraint[]
  readonly early_terminate?: EarlyTerminate
  /** Total of trials, at least 1. */
  readonly run_cap?: number
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

export interface ParsedSweepConfig {
  readonly config: SweepConfig
  /** One sentence each: what was ignored or assumed. */
  readonly warnings: readonly string[]
  /** The text that the config was read from; JSON text when a value was given. */
  readonly source: string
}

/** Longest text of a config, in UTF-16 units. */
const MAX_LENGTH = 1_000_000

/**
 * Reads a sweep config from YAML or JSON text, or from a value. Throws `Problem('invalid', 'invalid-sweep-config')` with
 * one issue per mistake; `Problem('invalid', 'malformed-yaml' | 'malformed-json')` for text that cannot be read;
 * `Problem('too-large', 'sweep-config-too-large')` beyond a million characters.
 */
export function parseSweepConfig(source: string | Json): ParsedSweepConfig {
  const text = typeof source === 'string' ? source : stringifyJson(source)
  if (text.length > MAX_LENGTH) {
    const message = `the sweep config has ${text.length} characters; at most ${MAX_LENGTH} are taken`
    throw new Problem('too-large', 'sweep-config-too-large', message)
  }
  const findings = new Findings()
  const value = typeof source === 'string' ? readText(source) : source
  const config = parseConfig(value, findings)
  findings.settle()
  return { config: config!, warnings: findings.warnings, source: text }
}

/** JSON is tried first where the text looks like it: its reader is faster. What it refuses may still be YAML. */
function readText(text: string): Json {
  if (!/^\s*\{/.test(text)) return parseYaml(text)
  try {
    return parseJson(text)
  } catch (error) {
    try {
      return parseYaml(text)
    } catch (yamlError) {
      throw /^\s*\{\s*"/.test(text) ? error : yamlError
    }
  }
}

function parseConfig(value: Json, findings: Findings): SweepConfig | undefined {
  if (!isObject(value)) {
    return findings.error(
      '',
      `a sweep config must be an object, not ${shown(value)}`,
      'give at least method and parameters',
    )
  }
  const header = parseHeader(value, findings)
  const parameters =
    value.parameters === undefined
      ? findings.error(
          'parameters',
          'parameters are missing',
          'say what to vary, for example: parameters: {lr: {min: 0.001, max: 0.1}}',
        )
      : parseParameters(value.parameters, findings)
  if (header === undefined || parameters === undefined || findings.issues.length > 0) return undefined
  checkSpace(header.method, parameters, findings)
  return { ...header, parameters }
}

/** What only the space as a whole shows: conditions that make no sense, parameters that a grid cannot list. */
function checkSpace(method: Method, parameters: ParametersConfig, findings: Findings): void {
  try {
    const space = buildSpace(parameters)
    if (method === 'grid') findings.issues.push(...gridIssues(space))
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    findings.issues.push(...error.issues)
  }
}

/** Reads back what {@link writeSweepConfig} wrote, as text or parsed; it is trusted. */
export const readSweepConfig = (stored: string | Json): SweepConfig =>
  (typeof stored === 'string' ? parseJson(stored) : stored) as unknown as SweepConfig

/** The config as JSON text, integers and floats kept apart. */
export const writeSweepConfig = (config: SweepConfig): string => stringifyJson(config as unknown as Json)

/** The metric that the sweep optimises: `metric`, or the first of `metrics`. */
export const metricOf = (config: SweepConfig): Metric | undefined => config.metric ?? config.metrics?.[0]

/** Turns a metric's value so that lower is better. */
export const lossOf = (goal: Goal, value: number): number => (goal === 'maximize' ? -value : value)

/** Turns a loss back into the metric's value. */
export const valueFromLoss = (goal: Goal, loss: number): number => (goal === 'maximize' ? -loss : loss)
