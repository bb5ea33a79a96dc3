import { gridAxis, gridIssues } from '../samplers/grid-axis.ts'
import { spaceOf } from '../space/constraints/constrain.ts'
import { nothingLeft } from '../space/constraints/left.ts'
import { Diagnostics, shown } from './diagnostics.ts'
import { isObject, type Json, parseJson, stringifyJson } from './json.ts'
import { parseHeader } from './parse-header.ts'
import { parseParameters } from './parse-parameters.ts'
import { Problem } from './problem.ts'
import type { SweepConfig } from './sweep-config.ts'
import { parseYaml } from './yaml.ts'

export interface ParsedSweepConfig {
  readonly config: SweepConfig
  /** One sentence each: what was ignored or assumed. */
  readonly warnings: readonly string[]
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
  const value = typeof source === 'string' ? readText(source) : source
  const config = parseConfig(value, diagnostics)
  diagnostics.throwIfInvalid()
  return { config: config!, warnings: diagnostics.warnings, source: text }
}

/** Tries JSON first if the text looks like it, because that is faster. Text that is not JSON may still be YAML. */
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
  const header = parseHeader(value, diagnostics)
  const parameters =
    value.parameters === undefined
      ? diagnostics.error(
          'parameters',
          'parameters are missing',
          'name what to vary, for example: parameters: {lr: {min: 0.001, max: 0.1}}',
        )
      : parseParameters(value.parameters, diagnostics)
  if (header === undefined || parameters === undefined || diagnostics.issues.length > 0) return undefined
  const config = { ...header, parameters }
  checkSpace(config, diagnostics)
  return config
}

/** Checks the whole space: invalid conditions and constraints, parameters that a grid cannot list, and that a point is left. */
function checkSpace(config: SweepConfig, diagnostics: Diagnostics): void {
  try {
    const space = spaceOf(config)
    const isGrid = config.method === 'grid'
    const before = isGrid ? gridIssues(space) : []
    diagnostics.issues.push(
      ...(before.length > 0
        ? before
        : nothingLeft(space, isGrid ? space.dimensions.map(gridAxis) : undefined)),
    )
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    diagnostics.issues.push(...error.issues)
  }
}
