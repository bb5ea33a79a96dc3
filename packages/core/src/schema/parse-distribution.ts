import type * as z from 'zod'
import { type Diagnostics, shown } from './diagnostics.ts'
import { checkRelations } from './distribution-relations.ts'
import { type Json, numberOf, plainOf } from './json.ts'
import { LongInteger } from './long-integer.ts'
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
  /** Keys of which an error was reported. */
  reported: ReadonlySet<string>,
): LeafConfig | undefined {
  const distribution = infer(given, path, diagnostics)
  if (distribution === undefined) return undefined
  const before = diagnostics.issues.length
  const [wanted, foreign] = [keysOf(distribution), foreignKeysOf(distribution)]
  for (const key of Object.keys(given)) {
    if (!foreign.includes(key) || reported.has(key)) continue
    const fix =
      key === 'q'
        ? `use distribution q_${distribution.replace(/^int_/, '')}, or remove q`
        : `remove ${key}, or choose a distribution that takes it`
    diagnostics.error(`${path}.${key}`, `${distribution} takes no ${key}`, fix)
  }
  const missing = wanted.filter((key) => given[key] === undefined && !Object.hasOwn(DEFAULTS, key))
  if (missing.length > 0) {
    const names = missing.join(' and ')
    diagnostics.error(path, `${names} ${missing.length > 1 ? 'are' : 'is'} missing`, `give ${names}`)
  }
  checkStructure(distribution, given, missing, path, diagnostics)
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
      (bound) => bound instanceof LongInteger || (typeof bound === 'number' && Number.isInteger(bound)),
    )
    if (integers) noteFewIntegers(numberOf(given.min)!, numberOf(given.max)!, path, diagnostics)
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
  const keys = Object.keys(given)
  return diagnostics.error(
    path,
    `this parameter has no values${keys.length > 0 ? `, only ${keys.slice(0, 5).join(', ')}` : ''}`,
    "give 'value', 'values', 'min' and 'max', or a 'distribution'; parameters of a group go under 'parameters'",
  )
}

/** Bounds such as 0 and 1 are often meant as those of a real range. */
function noteFewIntegers(min: number, max: number, path: string, diagnostics: Diagnostics): void {
  if (!(max > min && max - min <= 2)) return
  const values = Array.from({ length: max - min + 1 }, (_, i) => min + i).join(', ')
  diagnostics.warn(
    `${path} has integer bounds, so its only values are ${values}; write ${min}.0 and ${max}.0 for a range of floats`,
  )
}

/** Reports each violation of the schema of the distribution as a sentence. */
function checkStructure(
  distribution: Distribution,
  given: JsonObject,
  missing: readonly string[],
  path: string,
  diagnostics: Diagnostics,
): void {
  const plain = plainOf({ ...given, distribution })
  const found = leafSchema(distribution).safeParse(plain).error?.issues ?? []
  const issues = found.filter((issue) => !missing.includes(String(issue.path[0])))
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
  if (key === 'rounding')
    return {
      at,
      message: `rounding must be inside or nearest, not ${shown(value)}`,
      fix: 'write inside or nearest',
    }
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
