import type { Findings } from './findings.ts'
import { shown } from './findings.ts'
import { isObject, type Json } from './json.ts'
import {
  isNested,
  type LeafConfig,
  type ParameterConfig,
  type ParametersConfig,
  type When,
} from './parameters.ts'
import { parseDistribution } from './parse-distribution.ts'

type JsonObject = { readonly [key: string]: Json }

/** W&B's rule for names; others are taken with a warning. */
const NAME = /^[A-Za-z_][A-Za-z0-9_.-]*$/
/** More parameters than this are refused: each one costs in every suggestion. */
const MAX_PARAMETERS = 2_000

/** Reads `parameters`. Undefined when they are not even an object; single mistakes are reported and left out. */
export function parseParameters(value: Json | undefined, findings: Findings): ParametersConfig | undefined {
  const count = { parameters: 0 }
  const parameters = parseGroup(value, 'parameters', findings, count)
  if (count.parameters > MAX_PARAMETERS) {
    findings.error(
      'parameters',
      `there are ${count.parameters} parameters, more than ${MAX_PARAMETERS}`,
      'group fixed values into one object',
    )
  }
  return parameters
}

function parseGroup(
  value: Json | undefined,
  path: string,
  findings: Findings,
  count: { parameters: number },
): ParametersConfig | undefined {
  if (!isObject(value)) {
    return findings.error(
      path,
      `${path} must be an object of parameters, not ${shown(value)}`,
      'write for example: lr: {min: 0.001, max: 0.1}',
    )
  }
  const entries = Object.entries(value)
  if (entries.length === 0)
    return findings.error(path, `${path} holds no parameter`, 'give at least one parameter')
  const parsed: [string, ParameterConfig][] = []
  for (const [name, config] of entries) {
    const here = `${path}.${name}`
    if (!NAME.test(name)) {
      findings.warn(
        `${here}: the name is not made of letters, digits, '_', '-' and '.', so W&B's own tools may refuse it`,
      )
    }
    const parameter = parseParameter(config, here, findings, count)
    if (parameter !== undefined) parsed.push([name, parameter])
  }
  return Object.fromEntries(parsed)
}

function parseParameter(
  value: Json,
  path: string,
  findings: Findings,
  count: { parameters: number },
): ParameterConfig | undefined {
  count.parameters++
  if (!isObject(value)) {
    const fix = Array.isArray(value) ? `write {values: ${shown(value)}}` : `write {value: ${shown(value)}}`
    return findings.error(path, `a parameter must be an object, not ${shown(value)}`, fix)
  }
  const { when: condition, ...config } = value
  const when = condition === undefined ? undefined : parseWhen(condition, `${path}.when`, findings)
  const parsed =
    'parameters' in config
      ? parseNested(config, path, findings, count)
      : parseDistribution(config, path, findings)
  if (parsed === undefined || when === undefined) return parsed
  return isNested(parsed) ? { ...parsed, when } : ({ ...parsed, when } as LeafConfig)
}

function parseNested(
  config: JsonObject,
  path: string,
  findings: Findings,
  count: { parameters: number },
): ParameterConfig | undefined {
  const others = Object.keys(config).filter((key) => key !== 'parameters')
  if (others.length > 0) {
    findings.error(
      path,
      `a group of parameters cannot have ${others.join(', ')} as well`,
      `remove ${others.join(', ')}, or 'parameters'`,
    )
  }
  const parameters = parseGroup(config.parameters, `${path}.parameters`, findings, count)
  return parameters === undefined ? undefined : { parameters }
}

function parseWhen(value: Json, path: string, findings: Findings): When | undefined {
  if (!isObject(value) || Object.keys(value).length === 0) {
    return findings.error(
      path,
      `a condition must be an object, not ${shown(value)}`,
      'write for example: when: {optimizer: [adam, sgd]}',
    )
  }
  const parsed: [string, readonly Json[]][] = []
  for (const [name, allowed] of Object.entries(value)) {
    if (Array.isArray(allowed) && allowed.length === 0) {
      findings.error(`${path}.${name}`, 'the list of values is empty', 'name at least one value')
    } else {
      // One value may stand for a list of one.
      parsed.push([name, Array.isArray(allowed) ? (allowed as readonly Json[]) : [allowed]])
    }
  }
  return Object.fromEntries(parsed)
}
