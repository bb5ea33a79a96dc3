import { gridIssues } from '../samplers/grid-axis.ts'
import { buildSpace } from '../space/build-space.ts'
import { Findings, shown } from './findings.ts'
import { isObject, type Json, parseJson, stringifyJson } from './json.ts'
import type { ParametersConfig } from './parameters.ts'
import { parseHeader } from './parse-header.ts'
import { parseParameters } from './parse-parameters.ts'
import { Problem } from './problem.ts'
import type { Method, SweepConfig } from './sweep-config.ts'
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
