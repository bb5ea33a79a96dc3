/** The numbers of a distribution: each reader reports what is wrong and answers undefined. */
import { type Findings, shown } from './findings.ts'
import { Float, type Json, numberOf } from './json.ts'
import type { Distribution, LeafConfig, Num } from './parameters.ts'

type JsonObject = { readonly [key: string]: Json }

/** The defaults of W&B's schema. The type of q matters: values are floats unless an integer q is given. */
export const DEFAULTS: Readonly<Record<string, Num>> = {
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
export const MAX_EXPONENT = 709

export function readNumber(
  key: string,
  given: JsonObject,
  path: string,
  findings: Findings,
): Num | undefined {
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
export function readStep(
  given: JsonObject,
  widest: number,
  path: string,
  findings: Findings,
): Num | undefined {
  const q = readNumber('q', given, path, findings)
  if (q === undefined) return undefined
  if (numberOf(q)! <= 0) return findings.error(`${path}.q`, `q is ${shown(q)}`, 'give a q above 0')
  if (widest / numberOf(q)! <= Number.MAX_SAFE_INTEGER) return q
  const message = `q = ${shown(q)} is too small for this range`
  return findings.error(`${path}.q`, message, 'give a larger q, or leave rounding out')
}

export function readIntegers(given: JsonObject, path: string, findings: Findings): LeafConfig | undefined {
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

export function readRange(
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

export function tooLarge(path: string, key: string, findings: Findings): undefined {
  return findings.error(
    `${path}.${key}`,
    `${key} is an exponent of e here, and e to that power is too large`,
    'give exponents, or use the distribution whose name ends in _values',
  )
}
