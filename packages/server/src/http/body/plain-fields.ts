import { Float, isObject, type Json } from '@chimney/core/schema/json'

/** Fields whose value is the user's own, where `1.0` is not `1`. */
const FREE: ReadonlySet<string> = new Set(['params', 'config', 'values', 'summary'])

/**
 * Turns floats into plain numbers in the fields that the API defines, so that a client may write `"step": 3.0`.
 * What is the user's own stays as it came.
 */
export function plainFields(json: Json): Json {
  if (json instanceof Float) return json.value
  if (Array.isArray(json)) return json.map(plainFields)
  if (!isObject(json)) return json
  const plain: Record<string, Json> = {}
  for (const [name, value] of Object.entries(json)) plain[name] = FREE.has(name) ? value : plainFields(value)
  return plain
}
