import { Float, isObject, type Json } from '@chimney/core/schema/json'
import { LongInteger } from '@chimney/core/schema/long-integer'

/** Fields with values of the user, where `1.0` differs from `1`. */
const USER_FIELDS: ReadonlySet<string> = new Set(['params', 'config', 'values', 'summary'])
/** Those in which integers beyond 2^53 keep their digits: metrics are measured, and stored as doubles. */
const EXACT_FIELDS: ReadonlySet<string> = new Set(['params', 'config'])

/**
 * Turns floats into numbers in the fields that the API defines, so that clients may write `"step": 3.0`. Values of the user stay
 * unchanged.
 */
export function plainFields(json: Json): Json {
  if (json instanceof Float) return json.value
  if (json instanceof LongInteger) return Number(json.value)
  if (Array.isArray(json)) return json.map(plainFields)
  if (!isObject(json)) return json
  const plain: Record<string, Json> = {}
  for (const [name, value] of Object.entries(json))
    plain[name] = EXACT_FIELDS.has(name)
      ? value
      : USER_FIELDS.has(name)
        ? holdsLong(value)
          ? withDoubles(value)
          : value
        : plainFields(value)
  return plain
}

/** Nearly no body does, and many are long. */
function holdsLong(json: Json): boolean {
  if (typeof json !== 'object' || json === null || json instanceof Float) return false
  return json instanceof LongInteger || Object.values(json).some(holdsLong)
}

function withDoubles(json: Json): Json {
  if (json instanceof LongInteger) return Number(json.value)
  if (Array.isArray(json)) return json.map(withDoubles)
  if (!isObject(json)) return json
  return Object.fromEntries(Object.entries(json).map(([name, value]) => [name, withDoubles(value)]))
}
