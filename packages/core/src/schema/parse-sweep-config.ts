import { gridAxis, gridIssues, gridWarnings } from '../samplers/grid-axis.ts'
import { spaceOf } from '../space/constraints/constrain.ts'
import { nothingLeft } from '../space/constraints/left.ts'
import { roundingWarnings } from '../space/rounding.ts'
import type { Space } from '../space/space.ts'
import { stopperFor } from '../stoppers/pick.ts'
import { Diagnostics, shown } from './diagnostics.ts'
import type { EarlyTerminate } from './early-terminate.ts'
import { FIXES } from './header-issue.ts'
import { respellHeader } from './header-keys.ts'
import { isObject, type Json, parseJson, stringifyJson } from './json.ts'
import { methodOf, parseHeader } from './parse-header.ts'
import { parseParameters } from './parse-parameters.ts'
import { Problem } from './problem.ts'
import type { Method, SweepConfig } from './sweep-config.ts'
import { parseYaml } from './yaml.ts'

export interface ParsedSweepConfig {
  readonly config: SweepConfig
  /** One sentence each: what was ignored or assumed. */
  readonly warnings: readonly string[]
  /** Those of `warnings` that are harmless and true of W&B as well. */
  readonly notes: readonly string[]
  /** The text that the config was read from; JSON text when a value was given. */
  readonly source: string
}

/** Longest text of a config, in UTF-16 units. */
const MAX_LENGTH = 1_000_000
/** Of the config itself; unknown ones are kept. */
const MAX_KEYS = 1_000

/**
 * Reads a sweep config from YAML or JSON text, or from a value. Throws `Problem('invalid', 'invalid-sweep-config')` with
 * one issue per mistake; `Problem('invalid', 'malformed-yaml' | 'malformed-json')` for text that cannot be read;
 * `Problem('too-large', 'sweep-config-too-large')` beyond a million characters.
 */
export function parseSweepConfig(source: string | Json): ParsedSweepConfig {
  const text = typeof source === 'string' ? source : stringifyJson(source)
  if (text.length > MAX_LENGTH) {
    const message = `the sweep config has ${text.length} characters; the maximum is ${MAX_LENGTH}`
    throw new Problem('too-large', 'sweep-config-too-large', message)
  }
  const diagnostics = new Diagnostics()
  const value = typeof source === 'string' ? readText(source, diagnostics) : source
  const config = parseConfig(value, diagnostics)
  diagnostics.throwIfInvalid()
  return { config: config!, warnings: diagnostics.warnings, notes: diagnostics.notes, source: text }
}

/** Tries JSON first if the text looks like it, because that is faster. Text that is not JSON may still be YAML. */
function readText(text: string, diagnostics: Diagnostics): Json {
  if (!/^\s*\{/.test(text)) return readYaml(text, diagnostics)
  try {
    return parseJson(text, { exact: true })
  } catch (error) {
    try {
      return readYaml(text, diagnostics)
    } catch (yamlError) {
      throw /^\s*\{\s*"/.test(text) ? error : yamlError
    }
  }
}

function readYaml(text: string, diagnostics: Diagnostics): Json {
  const { value, warnings } = parseYaml(text)
  for (const warning of warnings) diagnostics.warn(warning)
  return value
}

function parseConfig(value: Json, diagnostics: Diagnostics): SweepConfig | undefined {
  if (!isObject(value)) {
    return diagnostics.error(
      '',
      `a sweep config must be an object, not ${shown(value)}`,
      'give at least method and parameters',
    )
  }
  const keys = Object.keys(value).length
  if (keys > MAX_KEYS) {
    return diagnostics.error(
      '',
      `the sweep config has ${keys} keys, more than ${MAX_KEYS}`,
      'put the parameters under "parameters"',
    )
  }
  const given = respellHeader(value, diagnostics)
  const header = parseHeader(given, diagnostics)
  const before = diagnostics.issues.length
  const parameters =
    given.parameters === undefined
      ? diagnostics.error(
          'parameters',
          'parameters are missing',
          'name what to vary, for example: parameters: {lr: {min: 0.001, max: 0.1}}',
        )
      : parseParameters(given.parameters, diagnostics)
  // A condition may name a parameter that was refused.
  const whole = diagnostics.issues.length === before
  const space =
    parameters !== undefined && whole
      ? checkSpace(methodOf(given), { ...header, parameters }, diagnostics)
      : undefined
  if (header && space) warnOfEnd(header, space.size, diagnostics)
  if (header?.early_terminate !== undefined) checkStopper(header.early_terminate, diagnostics)
  return header && parameters && { ...header, parameters }
}

/** Checks the whole space: invalid conditions and constraints, parameters that a grid cannot list, and that a point is left. */
function checkSpace(
  method: Method | undefined,
  config: Parameters<typeof spaceOf>[0],
  diagnostics: Diagnostics,
): Space | undefined {
  try {
    const space = spaceOf(config)
    const unlisted = method === 'grid' ? gridIssues(space) : []
    const axes = method === 'grid' ? space.dimensions.map(gridAxis) : undefined
    diagnostics.issues.push(...(unlisted.length > 0 ? unlisted : nothingLeft(space, axes)))
    if (diagnostics.issues.length > 0) return undefined
    for (const warning of method === 'grid' ? gridWarnings(space) : roundingWarnings(space))
      diagnostics.warn(warning)
    return space
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    diagnostics.issues.push(...error.issues)
    return undefined
  }
}

function checkStopper(config: EarlyTerminate, diagnostics: Diagnostics): void {
  try {
    stopperFor(config)
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    diagnostics.error('early_terminate', error.message, FIXES.early_terminate)
  }
}

/** A finite space of more points is not used up in practice. */
const MANY_POINTS = 10_000

/** Every method tries each point of a finite space once; W&B draws points again and again. */
function warnOfEnd(
  { method, run_cap }: Pick<SweepConfig, 'method' | 'run_cap'>,
  size: number,
  diagnostics: Diagnostics,
): void {
  const points = size === 1 ? '1 point' : `${size} points`
  if (run_cap !== undefined && run_cap > size)
    diagnostics.warn(
      `run_cap is ${run_cap}, but the parameters have only ${points}, each of which is tried once: the sweep ends after ${size}`,
    )
  else if (run_cap === undefined && method !== 'grid' && size <= MANY_POINTS)
    diagnostics.note(
      `the parameters have ${points}, each of which is tried once, so the sweep ends after ${size}`,
    )
}

/** Trials until the sweep ends: its cap, or the size of its grid. Infinity without an end; enqueued trials come in addition. */
export function trialCount(config: SweepConfig): number {
  const cap = config.run_cap ?? Number.POSITIVE_INFINITY
  return config.method === 'grid' ? Math.min(cap, spaceOf(config).size * (config.replicates ?? 1)) : cap
}
