import { type Findings, shown } from './findings.ts'
import { Float, type Json, numberOf } from './json.ts'
import type { Distribution, LeafConfig, Num } from './parameters.ts'

type JsonObject = { readonly [key: string]: Json }

/** Keys that each distribution takes; those with a default may be absent. */
const KEYS: Readonly<Record<Distribution, readonly string[]>> = {
  constant: ['value'],
  categorical: ['values'],
  categorical_w_probabilities: ['values', 'probabilities'],
  int_uniform: ['min', 'max'],
  uniform: ['min', 'max'],
  log_uniform: ['min', 'max'],
  log_uniform_values: ['min', 'max'],
  inv_log_uniform: ['min', 'max'],
  inv_log_uniform_values: ['min', 'max'],
  q_uniform: ['min', 'max', 'q'],
  q_log_uniform: ['min', 'max', 'q'],
  q_log_uniform_values: ['min', 'max', 'q'],
  normal: ['mu', 'sigma'],
  log_normal: ['mu', 'sigma'],
  q_normal: ['mu', 'sigma', 'q'],
  q_log_normal: ['mu', 'sigma', 'q'],
  beta: ['a', 'b'],
  q_beta: ['a', 'b', 'q'],
}
const ALL_KEYS = new Set(Object.values(KEYS).flat())

/** The defaults of W&B's schema. The type of q matters: values are floats unless an integer q is given. */
const DEFAULTS: Readonly<Record<string, Num>> = {
  mu: new Float(0),
  sigma: new Float(1),
  q: new Float(1),
  a: 1,
  b: 1,
}

const EXPONENTS: Partial<Record<Distribution, Distribution>> = {
  log_uniform: 'log_uniform_values',
  inv_log_uniform: 'inv_log_uniform_values',
  q_log_uniform: 'q_log_uniform_values',
}
/** e to a greater power is no double any more. */
const MAX_EXPONENT = 709

const isDistribution = (name: Json | undefined): name is Distribution =>
  typeof name === 'string' && Object.hasOwn(KEYS, name)

/** Reads a parameter with a value: finds its distribution, fills in defaults, checks numbers. */
export function parseDistribution(
  given: JsonObject,
  path: string,
  findings: Findings,
): LeafConfig | undefined {
  const distribution = infer(given, path, findings)
  if (distribution === undefined) return undefined
  const wanted = KEYS[distribution]
  const issues = findings.issues.length
  for (const key of Object.keys(given)) {
    if (key === 'distribution' || wanted.includes(key)) continue
    if (ALL_KEYS.has(key)) {
      const fix =
        key === 'q'
          ? `use distribution q_${distribution.replace(/^int_/, '')}, or remove q`
          : `remove ${key}, or choose a distribution that takes it`
      findings.error(`${path}.${key}`, `${distribution} takes no ${key}`, fix)
    } else findings.warn(`${path}.${key} is unknown and ignored`)
  }
  const missing = wanted.filter((key) => given[key] === undefined && !Object.hasOwn(DEFAULTS, key))
  if (missing.length > 0) {
    const names = missing.join(' and ')
    return findings.error(path, `${names} ${missing.length > 1 ? 'are' : 'is'} missing`, `give ${names}`)
  }
  const config = read(distribution, given, path, findings)
  return findings.issues.length > issues ? undefined : config
}

function infer(given: JsonObject, path: string, findings: Findings): Distribution | undefined {
  const named = given.distribution
  if (named !== undefined) {
    if (named === 'categorical' && 'probabilities' in given) return 'categorical_w_probabilities'
    if (isDistribution(named)) return named
    return findings.error(
      `${path}.distribution`,
      `there is no distribution ${shown(named)}`,
      `use one of ${Object.keys(KEYS).join(', ')}`,
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
    return findings.error(
      path,
      `${missing} is missing`,
      `give both min and max, or 'values', or a distribution`,
    )
  }
  return findings.error(
    path,
    'this parameter has no values',
    "give 'value', 'values', 'min' and 'max', or a 'distribution'; parameters of a group go under 'parameters'",
  )
}

function read(
  distribution: Distribution,
  given: JsonObject,
  path: string,
  findings: Findings,
): LeafConfig | undefined {
  const number = (key: string) => readNumber(key, given, path, findings)
  switch (distribution) {
    case 'constant':
      return { distribution, value: given.value! }
    case 'categorical': {
      const values = readValues(given, path, findings)
      return values && { distribution, values }
    }
    case 'categorical_w_probabilities':
      return readWeighted(given, path, findings)
    case 'int_uniform':
      return readIntegers(given, path, findings)
    case 'normal':
    case 'log_normal':
    case 'q_normal':
    case 'q_log_normal': {
      const mu = number('mu')
      const sigma = number('sigma')
      if (mu === undefined || sigma === undefined) return undefined
      if (numberOf(sigma)! < 0)
        return findings.error(`${path}.sigma`, `sigma is ${shown(sigma)}`, 'give a sigma of at least 0')
      if (distribution.endsWith('log_normal') && Math.abs(numberOf(mu)!) > MAX_EXPONENT)
        return tooLarge(path, 'mu', findings)
      if (distribution === 'normal' || distribution === 'log_normal') return { distribution, mu, sigma }
      const [m, s] = [numberOf(mu)!, numberOf(sigma)!]
      // Ten deviations hold every draw; the tail of a log-normal is left to the doubles themselves.
      const q = readStep(
        given,
        distribution === 'q_normal' ? Math.abs(m) + 10 * s : Math.exp(m),
        path,
        findings,
      )
      return q === undefined ? undefined : { distribution, mu, sigma, q }
    }
    case 'beta':
    case 'q_beta': {
      const a = number('a')
      const b = number('b')
      if (a === undefined || b === undefined) return undefined
      const [x, y] = [numberOf(a)!, numberOf(b)!]
      if (x < 0 || y < 0 || x + y === 0) {
        return findings.error(path, `beta has no shape a = ${x}, b = ${y}`, 'give a and b above 0')
      }
      if (distribution === 'beta') return { distribution, a, b }
      const q = readStep(given, 1, path, findings)
      return q === undefined ? undefined : { distribution, a, b, q }
    }
    default: {
      const range = readRange(distribution, given, path, findings)
      if (range === undefined) return undefined
      if (
        distribution !== 'q_uniform' &&
        distribution !== 'q_log_uniform' &&
        distribution !== 'q_log_uniform_values'
      ) {
        return { distribution, ...range }
      }
      const [min, max] = [numberOf(range.min)!, numberOf(range.max)!]
      const widest = distribution === 'q_log_uniform' ? Math.exp(max) : Math.max(Math.abs(min), Math.abs(max))
      const q = readStep(given, widest, path, findings)
      return q === undefined ? undefined : { distribution, ...range, q }
    }
  }
}

function readNumber(key: string, given: JsonObject, path: string, findings: Findings): Num | undefined {
  const value = given[key]
  if (value === undefined) return DEFAULTS[key]
  if (typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value))) {
    return findings.error(
      `${path}.${key}`,
      `${key} is the text ${shown(value)}`,
      `write the number without quotes: ${value.trim()}`,
    )
  }
  const number = numberOf(value)
  if (number === undefined || !Number.isFinite(number)) {
    return findings.error(
      `${path}.${key}`,
      `${key} must be a finite number, not ${shown(value)}`,
      `give ${key} as a number`,
    )
  }
  return value as Num
}

/** `widest` is the greatest magnitude that is rounded: its multiple of q must be an exact integer. */
function readStep(given: JsonObject, widest: number, path: string, findings: Findings): Num | undefined {
  const q = readNumber('q', given, path, findings)
  if (q === undefined) return undefined
  if (numberOf(q)! <= 0) return findings.error(`${path}.q`, `q is ${shown(q)}`, 'give a q above 0')
  if (widest / numberOf(q)! <= Number.MAX_SAFE_INTEGER) return q
  const message = `q = ${shown(q)} is too small for this range`
  return findings.error(`${path}.q`, message, 'give a larger q, or leave rounding out')
}

function readValues(given: JsonObject, path: string, findings: Findings): readonly Json[] | undefined {
  const { values } = given
  if (!Array.isArray(values)) {
    return findings.error(
      `${path}.values`,
      `values must be a list, not ${shown(values)}`,
      `write [${shown(values)}], or 'value' for a fixed one`,
    )
  }
  if (values.length === 0)
    return findings.error(`${path}.values`, 'the list of values is empty', 'give at least one value')
  return values as readonly Json[]
}

function readWeighted(given: JsonObject, path: string, findings: Findings): LeafConfig | undefined {
  const values = readValues(given, path, findings)
  if (values === undefined) return undefined
  const here = `${path}.probabilities`
  if (!Array.isArray(given.probabilities)) {
    return findings.error(
      here,
      `probabilities must be a list of numbers, not ${shown(given.probabilities)}`,
      'give one number per value',
    )
  }
  const weights = (given.probabilities as readonly Json[]).map(numberOf)
  const wrong = weights.findIndex((weight) => weight === undefined || !Number.isFinite(weight) || weight < 0)
  if (wrong >= 0)
    return findings.error(
      `${here}.${wrong}`,
      'a probability must be a number of at least 0',
      'give a number from 0 to 1',
    )
  if (weights.length !== values.length) {
    return findings.error(
      here,
      `there are ${weights.length} probabilities for ${values.length} values`,
      'give one number per value',
    )
  }
  const sum = (weights as number[]).reduce((total, weight) => total + weight, 0)
  if (!(sum > 0 && Number.isFinite(sum)))
    return findings.error(here, `the probabilities sum to ${sum}`, 'let them sum to 1')
  // The tolerance of numpy's isclose, with which W&B compares.
  if (Math.abs(sum - 1) <= 1e-5 + 1e-8)
    return { distribution: 'categorical_w_probabilities', values, probabilities: weights as number[] }
  findings.warn(`${here} sum to ${sum}, not to 1; they are taken in proportion`)
  return {
    distribution: 'categorical_w_probabilities',
    values,
    probabilities: (weights as number[]).map((weight) => weight / sum),
  }
}

function readIntegers(given: JsonObject, path: string, findings: Findings): LeafConfig | undefined {
  const bounds: number[] = []
  for (const key of ['min', 'max']) {
    const bound = readNumber(key, given, path, findings)
    if (bound === undefined) continue
    const value = numberOf(bound)!
    if (!Number.isInteger(value)) {
      findings.error(
        `${path}.${key}`,
        `int_uniform needs integers, ${key} is ${shown(bound)}`,
        'use distribution uniform, or an integer',
      )
    } else if (!Number.isSafeInteger(value)) {
      findings.error(
        `${path}.${key}`,
        `${key} lies beyond 2^53, where integers are no longer exact`,
        'use a smaller range, or log_uniform_values',
      )
    } else {
      if (bound instanceof Float) findings.warn(`${path}.${key}: ${value}.0 is taken as the integer ${value}`)
      bounds.push(value)
    }
  }
  const [min, max] = bounds
  if (min === undefined || max === undefined) return undefined
  return inOrder(min, max, path, findings) ? { distribution: 'int_uniform', min, max } : undefined
}

function readRange(
  distribution: Distribution,
  given: JsonObject,
  path: string,
  findings: Findings,
): { readonly min: Num; readonly max: Num } | undefined {
  const min = readNumber('min', given, path, findings)
  const max = readNumber('max', given, path, findings)
  if (min === undefined || max === undefined) return undefined
  const [low, high] = [numberOf(min)!, numberOf(max)!]
  if (!inOrder(low, high, path, findings)) return undefined
  if (distribution.endsWith('_values') && low <= 0) {
    return findings.error(
      `${path}.min`,
      `${distribution} needs a min above 0, not ${shown(min)}`,
      'give a small positive min, or use uniform',
    )
  }
  const replacement = EXPONENTS[distribution]
  if (replacement !== undefined) {
    const greatest = distribution === 'inv_log_uniform' ? -low : high
    if (greatest > MAX_EXPONENT)
      return tooLarge(path, distribution === 'inv_log_uniform' ? 'min' : 'max', findings)
    findings.warn(
      `${path} uses ${distribution}, where min and max are exponents of e; ${replacement} takes the values themselves`,
    )
  }
  return { min, max }
}

function inOrder(min: number, max: number, path: string, findings: Findings): boolean {
  if (min > max) {
    findings.error(path, `min ${min} is greater than max ${max}`, 'exchange them')
    return false
  }
  if (min === max) findings.warn(`${path}: min equals max, so the parameter is always ${min}`)
  return true
}

function tooLarge(path: string, key: string, findings: Findings): undefined {
  return findings.error(
    `${path}.${key}`,
    `${key} is an exponent of e here, and e to that power is too large`,
    'give exponents, or use the distribution whose name ends in _values',
  )
}
