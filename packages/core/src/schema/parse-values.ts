/** The lists of a categorical parameter: each reader reports what is wrong and answers undefined. */
import { type Findings, shown } from './findings.ts'
import { type Json, numberOf } from './json.ts'
import type { LeafConfig } from './parameters.ts'

type JsonObject = { readonly [key: string]: Json }

export function readValues(given: JsonObject, path: string, findings: Findings): readonly Json[] | undefined {
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

export function readWeighted(given: JsonObject, path: string, findings: Findings): LeafConfig | undefined {
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
