import { type Findings, shown } from './findings.ts'
import { type Json, numberOf } from './json.ts'
import type { Distribution, LeafConfig } from './parameters.ts'
import {
  DEFAULTS,
  MAX_EXPONENT,
  readIntegers,
  readNumber,
  readRange,
  readStep,
  tooLarge,
} from './parse-numbers.ts'
import { readValues, readWeighted } from './parse-values.ts'

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
