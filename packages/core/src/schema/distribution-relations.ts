import { type Diagnostics, shown } from './diagnostics.ts'
import { Float, type Json, numberOf } from './json.ts'
import { multiplesInside } from './multiples.ts'
import type {
  CategoricalConfig,
  ConstantConfig,
  Distribution,
  LeafConfig,
  QuantizedBetaConfig,
  QuantizedRangeConfig,
} from './parameters.ts'
import { numberText } from './spelling/number-text.ts'

/** Checks what relates two keys to each other, and brings the numbers into their stored form. */
export function checkRelations(
  config: LeafConfig,
  path: string,
  diagnostics: Diagnostics,
): LeafConfig | undefined {
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
  if (config.distribution === 'constant' || config.distribution === 'categorical')
    warnNumericTexts(config, path, diagnostics)
  if (!('q' in config)) return config
  const q = numberOf(config.q)!
  // Every rounded value divided by q must be an exact integer.
  if (!(greatestOf(config) / q <= Number.MAX_SAFE_INTEGER)) {
    return diagnostics.error(
      `${path}.q`,
      `q = ${shown(config.q)} is too small for this range`,
      'give a larger q, or a distribution without q',
    )
  }
  if (!('rounding' in config) || config.rounding === 'nearest') return config
  const [low, high] = rangeOf(config)
  const { first, last } = multiplesInside(low, high, q)
  if (first <= last) return config
  return diagnostics.error(
    `${path}.q`,
    `no multiple of q = ${shown(config.q)} lies from ${low} to ${high}`,
    'give a smaller q, or a range that has one',
  )
}

/** The range that a quantized distribution rounds within. */
function rangeOf(config: QuantizedRangeConfig | QuantizedBetaConfig): readonly [number, number] {
  if (config.distribution === 'q_beta') return [0, 1]
  const [min, max] = [numberOf(config.min)!, numberOf(config.max)!]
  return config.distribution === 'q_log_uniform' ? [Math.exp(min), Math.exp(max)] : [min, max]
}

/** Texts that are numbers for a reader: training code would get text. Texts among words, such as hashes, are meant. */
function warnNumericTexts(
  config: ConstantConfig | CategoricalConfig,
  path: string,
  diagnostics: Diagnostics,
): void {
  const [key, values] =
    config.distribution === 'constant' ? ['value', [config.value]] : ['values', config.values]
  const texts = values.filter((value) => typeof value === 'string')
  const numbers = texts.map(numberText)
  if (texts.length === 0 || !numbers.every((number) => number !== undefined)) return
  diagnostics.warn(
    `${path}.${key} has text where numbers may be meant: ${some(texts.map((text) => shown(text)))}; for numbers write ${some(numbers)}`,
  )
}

const some = (items: readonly string[]): string =>
  `${items.slice(0, 4).join(', ')}${items.length > 4 ? ', …' : ''}`

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
