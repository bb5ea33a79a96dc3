import type { Diagnostics } from './diagnostics.ts'
import { isObject, type Json } from './json.ts'
import { ALL_KEYS } from './parameter-schemas.ts'
import { meantKey, type Synonyms } from './spelling/known-keys.ts'

type JsonObject = { readonly [key: string]: Json }

const KNOWN = [...ALL_KEYS, 'distribution', 'when', 'parameters']

/** Words of other libraries, which W&B refuses, too. Ignored, they would leave another distribution than was written. */
const SYNONYMS: Synonyms = {
  mean: 'mu',
  loc: 'mu',
  std: 'sigma',
  stdev: 'sigma',
  stddev: 'sigma',
  sd: 'sigma',
  step: 'q',
  stepsize: 'q',
  quantization: 'q',
  resolution: 'q',
  low: 'min',
  lower: 'min',
  lowerbound: 'min',
  minimum: 'min',
  from: 'min',
  high: 'max',
  upper: 'max',
  upperbound: 'max',
  maximum: 'max',
  to: 'max',
  choices: 'values',
  options: 'values',
  categories: 'values',
  constant: 'value',
  fixed: 'value',
  weights: 'probabilities',
  probs: 'probabilities',
  dist: 'distribution',
  alpha: 'a',
  beta: 'b',
  condition: 'when',
}

/** Keys of other libraries that no key here replaces. */
const OTHERS: Readonly<Record<string, string>> = {
  type: 'remove it; bounds like 1.0 give floats, bounds like 1 integers, and distribution names anything else',
  log: 'remove it, and use distribution log_uniform_values',
  log_scale: 'remove it, and use distribution log_uniform_values',
  scale: 'use distribution log_uniform_values for a logarithmic scale, or sigma for a spread',
}

const FIXES: Readonly<Record<string, string>> = {
  q: 'write q, with a distribution that rounds to its multiples, for example q_uniform',
}

export interface RespelledParameter {
  readonly config: JsonObject
  /** Keys that stand for another one, which has been reported. */
  readonly respelled: ReadonlySet<string>
}

/**
 * Checks the keys of one parameter. What is close to a known key, or means one elsewhere, is an error and is read as that key. Any other
 * unknown key is a warning and dropped.
 */
export function respellParameter(
  given: JsonObject,
  path: string,
  diagnostics: Diagnostics,
): RespelledParameter {
  const config: { [key: string]: Json } = {}
  const respelled = new Set<string>()
  // A group without its key `parameters`; one sentence about that is enough.
  const group = Object.entries(given).every(([key, value]) => isObject(value) && !KNOWN.includes(key))
  for (const [key, value] of Object.entries(given)) {
    const meant = group || KNOWN.includes(key) ? key : meantKey(key, KNOWN, SYNONYMS)
    if (meant === key) config[key] = value
    else if (meant !== undefined) {
      diagnostics.error(
        `${path}.${key}`,
        `${key} is not a key of a parameter`,
        FIXES[meant] ?? `write ${meant}`,
      )
      if (Object.hasOwn(given, meant)) continue
      config[meant] = value
      respelled.add(meant)
    } else if (Object.hasOwn(OTHERS, key))
      diagnostics.error(`${path}.${key}`, `${key} is not a key of a parameter`, OTHERS[key])
    else diagnostics.warn(`${path}.${key} is unknown and ignored`)
  }
  return { config, respelled }
}
