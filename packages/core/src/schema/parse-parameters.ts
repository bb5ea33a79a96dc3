import { type Diagnostics, shown } from './diagnostics.ts'
import { isObject, type Json, plainOf } from './json.ts'
import { respellParameter } from './parameter-keys.ts'
import { MAX_PARAMETERS, WhenSchema } from './parameter-schemas.ts'
import {
  isNested,
  type LeafConfig,
  type ParameterConfig,
  type ParametersConfig,
  type When,
} from './parameters.ts'
import { parseDistribution } from './parse-distribution.ts'

type JsonObject = { readonly [key: string]: Json }

/** W&B's rule for names; other names give a warning. */
const NAME = /^[A-Za-z_][A-Za-z0-9_.-]*$/
/** Reads `parameters`. Undefined unless they are an object; parameters with errors are reported and left out. */
export function parseParameters(
  value: Json | undefined,
  diagnostics: Diagnostics,
): ParametersConfig | undefined {
  const count = { parameters: 0 }
  const parameters = parseGroup(value, 'parameters', diagnostics, count)
  if (count.parameters > MAX_PARAMETERS) {
    diagnostics.error(
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
  diagnostics: Diagnostics,
  count: { parameters: number },
): ParametersConfig | undefined {
  if (!isObject(value)) {
    return diagnostics.error(
      path,
      `${path} must be an object of parameters, not ${shown(value)}`,
      'write for example: lr: {min: 0.001, max: 0.1}',
    )
  }
  const entries = Object.entries(value)
  if (entries.length === 0) return diagnostics.error(path, `${path} is empty`, 'give at least one parameter')
  // `parseParameters` reports it, without a sentence for each.
  if (count.parameters + entries.length > MAX_PARAMETERS) {
    count.parameters += entries.length
    return undefined
  }
  const parsed: [string, ParameterConfig][] = []
  for (const [name, config] of entries) {
    const here = `${path}.${name}`
    if (!NAME.test(name)) {
      diagnostics.warn(
        `${here}: in W&B a name begins with a letter or '_' and has only letters, digits, '_', '-' and '.', so its tools may refuse this one`,
      )
    }
    const parameter = parseParameter(config, here, diagnostics, count)
    if (parameter !== undefined) parsed.push([name, parameter])
  }
  return Object.fromEntries(parsed)
}

function parseParameter(
  value: Json,
  path: string,
  diagnostics: Diagnostics,
  count: { parameters: number },
): ParameterConfig | undefined {
  count.parameters++
  if (!isObject(value)) {
    return diagnostics.error(path, `a parameter must be an object, not ${shown(value)}`, objectFor(value))
  }
  const { config: known, respelled } = respellParameter(value, path, diagnostics)
  const { when: condition, ...config } = known
  const when = condition === undefined ? undefined : parseWhen(condition, `${path}.when`, diagnostics)
  const parsed =
    'parameters' in config
      ? parseNested(config, path, diagnostics, count)
      : parseDistribution(config, path, diagnostics, respelled)
  if (parsed === undefined || when === undefined) return parsed
  return isNested(parsed) ? { ...parsed, when } : ({ ...parsed, when } as LeafConfig)
}

/** `values:[1, 2]`, without a space after the colon, is one text in YAML. */
function objectFor(value: Json): string {
  if (Array.isArray(value)) return `write {values: ${shown(value)}}`
  const pair = typeof value === 'string' ? /^(\w+):(\S.*)$/.exec(value) : null
  return pair === null
    ? `write {value: ${shown(value)}}`
    : `put a space after the colon: ${pair[1]}: ${pair[2]!.slice(0, 60)}`
}

function parseNested(
  config: JsonObject,
  path: string,
  diagnostics: Diagnostics,
  count: { parameters: number },
): ParameterConfig | undefined {
  const others = Object.keys(config).filter((key) => key !== 'parameters')
  if (others.length > 0) {
    diagnostics.error(
      path,
      `a group of parameters cannot have ${others.join(', ')} as well`,
      `remove ${others.join(', ')}, or 'parameters'`,
    )
  }
  const parameters = parseGroup(config.parameters, `${path}.parameters`, diagnostics, count)
  return parameters === undefined ? undefined : { parameters }
}

function parseWhen(value: Json, path: string, diagnostics: Diagnostics): When | undefined {
  const issues = WhenSchema.safeParse(plainOf(value)).error?.issues ?? []
  for (const { path: at } of issues) {
    if (at.length === 0) {
      return diagnostics.error(
        path,
        `a condition must be an object, not ${shown(value)}`,
        'write for example: when: {optimizer: [adam, sgd]}',
      )
    }
    diagnostics.error(`${path}.${at.join('.')}`, 'the list of values is empty', 'give at least one value')
  }
  if (issues.length > 0) return undefined
  // A single value stands for a list of one.
  return Object.fromEntries(
    Object.entries(value as JsonObject).map(([name, allowed]) => [
      name,
      Array.isArray(allowed) ? (allowed as readonly Json[]) : [allowed],
    ]),
  )
}
