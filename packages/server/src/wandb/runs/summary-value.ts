import { isObject, type Json, numberOf } from '@chimney/core/schema/json'

const KINDS: readonly string[] = ['best', 'last', 'max', 'min', 'mean', 'first']

/**
 * The number in the summary of a metric with `define_metric(…, summary="max")`, which is `{"max": …}`: the first of `preferred` that it
 * has, else of all kinds. Every other value as it is.
 */
export function summaryValue(
  value: Json | undefined,
  preferred: readonly string[] = KINDS,
): Json | undefined {
  if (!isObject(value)) return value
  const kinds = Object.keys(value)
  if (
    kinds.length === 0 ||
    !kinds.every((kind) => KINDS.includes(kind) && numberOf(value[kind]) !== undefined)
  )
    return value
  const kind = [...preferred, ...KINDS].find((kind) => Object.hasOwn(value, kind))
  return kind === undefined ? value : value[kind]
}
