import { Float, isObject, type Json } from '@chimney/core/schema/json'

/** Fields with values of the user, where `1.0` differs from `1`. */
const USER_FIELDS: ReadonlySet<string> = new Set(['params', 'config', 'values', 'summary'])

/**
 * Turns floats into numbers in the fields that the API defines, so that clients may write `"step": 3.0`. Values of the user stay
 * unchanged.
 */
export function plainFields(json: Json): Json {
  if (json instanceof Float) return json.value
  if (Array.isArray(json)) return json.map(plainFields)
  if (!isObject(json)) return json
  const plain: Record<string, Json> = {}
  for (const [name, value] of Object.entries(json))
    plain[name] = USER_FIELDS.has(name) ? value : plainFields(value)
  return plain
}
