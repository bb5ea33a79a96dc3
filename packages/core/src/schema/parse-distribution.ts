import type * as z from 'zod'
import { type Diagnostics, shown } from './diagnostics.ts'
import { Float, type Json, numberOf, plainOf } from './json.ts'
import {
  DEFAULTS,
  DISTRIBUTIONS,
  foreignKeysOf,
  isDistribution,
  keysOf,
  leafSchema,
} from './parameter-schemas.ts'
import type { Distribution, LeafConfig } from './parameters.ts'

type JsonObject = { readonly [key: string]: Json }
type Sentence = { readonly at: string; readonly message: string; readonly fix: string }

/** Reads a parameter that is not a group: finds its distribution, fills in defaults, checks the values. */
export function parseDistribution(
  given: JsonObject,
  path: string,
  diagnostics: Diagnostics,
): LeafConfig | undefined {
  const distribution = infer(given, path, diagnostics)
  if (distribution === undefined) return undefined
  const before = diagnostics.issues.length
  const [wanted, foreign] = [keysOf(distribution), foreignKeysOf(distribution)]
  for (const key of Object.keys(given)) {
    if (key === 'distribution' || wanted.includes(key)) continue
    if (foreign.includes(key)) {
      const fix =
        key === 'q'
          ? `use distribution q_${distribution.replace(/^int_/, '')}, or remove q`
          : `remove ${key}, or choose a distribution that takes it`
      diagnostics.error(`${path}.${key}`, `${distribution} takes no ${key}`, fix)
    } else diagnostics.warn(`${path}.${key} is unknown and ignored`)
  }
  const missing = wanted.filter((key) => given[key] === undefined && !Object.hasOwn(DEFAULTS, key))
  if (missing.length > 0) {
    const names = missing.join(' and ')
    return diagnostics.error(path, `${names} ${missing.length > 1 ? 'are' : 'is'} missing`, `give ${names}`)
  }
  checkStructure(distribution, given, path, diagnostics)
  if (diagnostics.issues.length > before) return undefined
  const filled = wanted.map((key) => [key, given[key] ?? DEFAULTS[key as keyof typeof DEFAULTS] ?? null])
  const config = { distribution, ...Object.fromEntries(filled) } as LeafConfig
  return checkRelations(config, path, diagnostics)
}

function infer(given: JsonObject, path: string, diagnostics: Diagnostics): Distribution | undefined {
  const name = given.distribution
  if (name !== undefined) {
    if (name === 'categorical' && 'probabilities' in given) return 'categorical_w_probabilities'
    if (isDistribution(name)) return name
    return diagnostics.error(
      `${path}.distribution`,
      `there is no distribution ${shown(name)}`,
      `use one of ${DISTRIBUTIONS.join(', ')}`,
    )
  }
  if ('value' in given) return 'constant'
  if ('values' in given) return 'probabilities' in given ? 'categorical_w_probabilities' : 'categorical'
  if ('min' in given && 'max' in given) {
    const integers = [given.min, given.max].every(
      (bound) => typeof bound === 'number' && Number.isInteger(bound),
    )
    return integers ? 'int_uniform' : 'uniform'
  }
  if ('min' in given || 'max' in given) {
    const missing = 'min' in given ? 'max' : 'min'
    return diagnostics.error(
      path,
      `${missing} is missing`,
      `give both min and max, or 'values', or a distribution`,
    )
  }
  return diagnostics.error(
    path,
    'this parameter has no values',
    "give 'value', 'values', 'min' and 'max', or a 'distribution'; parameters of a group go under 'parameters'",
  )
}

/** Reports each violation of the schema of the distribution as a sentence. */
function checkStructure(
  distribution: Distribution,
  given: JsonObject,
  path: string,
  diagnostics: Diagnostics,
): void {
  const plain = plainOf({ ...given, distribution })
  const issues = leafSchema(distribution).safeParse(plain).error?.issues ?? []
  const sentences = issues.map((issue) => sentenceOf(issue, distribution, given))
  // Both shape parameters of a beta distribution share one sentence.
  for (const { at, message, fix } of new Map(sentences.map((sentence) => [sentence.at, sentence])).values())
    diagnostics.error(`${path}${at}`, message, fix)
}

function sentenceOf(issue: z.core.$ZodIssue, distribution: Distribution, given: JsonObject): Sentence {
  const key = String(issue.path[0] ?? '')
  const value = given[key]
  const at = `.${issue.path.join('.')}`
  if (key === 'values' || key === 'probabilities') return listSentence(issue, key, value, at)
  if (typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value))) {
    return {
      at,
      message: `${key} is the text ${shown(value)}`,
      fix: `write the number without quotes: ${value.trim()}`,
    }
  }
  const number = numberOf(value)
  if (key !== '' && (number === undefined || !Number.isFinite(number))) {
    return {
      at,
      message: `${key} must be a finite number, not ${shown(value)}`,
      fix: `give ${key} as a number`,
    }
  }
  return { at, ...boundSentence(key, distribution, given) }
}

function listSentence(issue: z.core.$ZodIssue, key: string, value: Json | undefined, at: string): Sentence {
  if (issue.path.length > 1) {
    return {
      at,
      message: 'a probability must be a number of at least 0',
      fix: 'give a number from 0 to 1',
    }
  }
  if (!Array.isArray(value)) {
    return key === 'values'
      ? {
          at,
          message: `values must be a list, not ${shown(value)}`,
          fix: `write [${shown(value)}], or 'value' for a fixed one`,
        }
      : {
          at,
          message: `probabilities must be a list of numbers, not ${shown(value)}`,
          fix: 'give one number per value',
        }
  }
  return {
    at,
    message: `the list of ${key} is empty`,
    fix: key === 'values' ? 'give at least one value' : 'give one number per value',
  }
}

/** A number outside of the bounds that the distribution sets for this key. */
function boundSentence(
  key: string,
  distribution: Distribution,
  given: JsonObject,
): { readonly at?: string; readonly message: string; readonly fix: string } {
  const value = given[key]
  if (distribution === 'int_uniform') {
    return Number.isInteger(numberOf(value))
      ? {
          message: `${key} lies beyond 2^53, where integers are no longer exact`,
          fix: 'use a smaller range, or log_uniform_values',
        }
      : {
          message: `int_uniform needs integers, ${key} is ${shown(value)}`,
          fix: 'use distribution uniform, or an integer',
        }
  }
  if (distribution.endsWith('beta') && key !== 'q') {
    const [x, y] = [numberOf(given.a ?? DEFAULTS.a), numberOf(given.b ?? DEFAULTS.b)]
    return { at: '', message: `beta has no shape a = ${x}, b = ${y}`, fix: 'give a and b above 0' }
  }
  if (key === 'q') return { message: `q is ${shown(value)}`, fix: 'give a q above 0' }
  if (key === 'sigma') return { message: `sigma is ${shown(value)}`, fix: 'give a sigma of at least 0' }
  if (distribution.endsWith('_values')) {
    return {
      message: `${distribution} needs a min above 0, not ${shown(value)}`,
      fix: 'give a small positive min, or use uniform',
    }
  }
  return {
    message: `${key} is an exponent of e here, and e to that power is too large`,
    fix: 'give exponents, or use the distribution whose name ends in _values',
  }
}

/** Checks what relates two keys to each other, and brings the numbers into their stored form. */
function checkRelations(config: LeafConfig, path: string, diagnostics: Diagnostics): LeafConfig | undefined {
  if ('probabilities' in config) {
    const probabilities = normalized(config.probabilities, config.values.length, path, diagnostics)
    return probabilities && { ...config, probabilities }
  }
  if ('min' in config) {
    const [min, max] = [numberOf(config.min)!, numberOf(config.max)!]
    if (min > max) return diagnostics.error(path, `min ${min} is greater than max ${max}`, 'swap them')
    if (min === max) diagnostics.warn(`${path}: min equals max, so the parameter is always ${min}`)
    if (config.distribution === 'int_uniform') return integers(config.min, config.max, path, diagnostics)
    const values = VALUE_FORMS[config.distribution]
    if (values !== undefined) {
      diagnostics.warn(
        `${path} uses ${config.distribution}, where min and max are exponents of e; ${values} takes the values themselves`,
      )
    }
  }
  if (!('q' in config)) return config
  const q = numberOf(config.q)!
  // Every rounded value divided by q must be an exact integer.
  if (greatestOf(config) / q <= Number.MAX_SAFE_INTEGER) return config
  return diagnostics.error(
    `${path}.q`,
    `q = ${shown(config.q)} is too small for this range`,
    'give a larger q, or a distribution without q',
  )
}

/** The distributions whose bounds are exponents, and those that take the values. */
const VALUE_FORMS: Partial<Record<Distribution, Distribution>> = {
  log_uniform: 'log_uniform_values',
  inv_log_uniform: 'inv_log_uniform_values',
  q_log_uniform: 'q_log_uniform_values',
}

function integers(min: Json, max: Json, path: string, diagnostics: Diagnostics): LeafConfig {
  const whole = (key: string, bound: Json): number => {
    const value = numberOf(bound)!
    if (bound instanceof Float)
      diagnostics.warn(`${path}.${key}: ${value}.0 is taken as the integer ${value}`)
    return value
  }
  return { distribution: 'int_uniform', min: whole('min', min), max: whole('max', max) }
}

/** The greatest magnitude that is rounded to a multiple of q. */
function greatestOf(config: Extract<LeafConfig, { readonly q: unknown }>): number {
  switch (config.distribution) {
    case 'q_beta':
      return 1
    case 'q_normal':
      // Ten standard deviations contain every draw.
      return Math.abs(numberOf(config.mu)!) + 10 * numberOf(config.sigma)!
    case 'q_log_normal':
      // Doubles bound the tail.
      return Math.exp(numberOf(config.mu)!)
    case 'q_log_uniform':
      return Math.exp(numberOf(config.max)!)
    default:
      return Math.max(Math.abs(numberOf(config.min)!), Math.abs(numberOf(config.max)!))
  }
}

function normalized(
  given: readonly Json[],
  count: number,
  path: string,
  diagnostics: Diagnostics,
): readonly number[] | undefined {
  const here = `${path}.probabilities`
  const weights = given.map((weight) => numberOf(weight)!)
  if (weights.length !== count) {
    return diagnostics.error(
      here,
      `there are ${weights.length} probabilities for ${count} values`,
      'give one number per value',
    )
  }
  const sum = weights.reduce((total, weight) => total + weight, 0)
  if (!(sum > 0 && Number.isFinite(sum)))
    return diagnostics.error(here, `the probabilities sum to ${sum}`, 'let them sum to 1')
  // The tolerance of numpy's isclose, which W&B uses.
  if (Math.abs(sum - 1) <= 1e-5 + 1e-8) return weights
  diagnostics.warn(`${here} sum to ${sum}, not to 1; they are normalized`)
  return weights.map((weight) => weight / sum)
}
