import { type Json, stringifyJson } from '@chimney/core/schema/json'

type JsonObject = { readonly [key: string]: Json }

const bytesOf = (value: Json): number => Buffer.byteLength(stringifyJson(value))

const NONE: ReadonlySet<string> = new Set()

/** Below this size the note would be larger than the value. */
const SMALL = 100

/**
 * Limits the JSON text to `max` bytes: the largest values are replaced by a note of their size, `{_type: 'omitted', size}`
 * (bytes of JSON). When all are small and there are too many, values go without a note; what the client itself adds
 * (`_step`, `_timestamp`, …) stays, and the `preferred` names are replaced last. For values that must fit into one item of the table.
 */
export function boundedValues(
  values: JsonObject,
  max: number,
  preferred: ReadonlySet<string> = NONE,
): JsonObject {
  let size = bytesOf(values)
  if (size <= max) return values
  const next: { [key: string]: Json } = { ...values }
  const entries = Object.entries(values)
    .map(([name, value]) => ({ name, size: bytesOf(value) }))
    .sort((a, b) => Number(preferred.has(a.name)) - Number(preferred.has(b.name)) || b.size - a.size)
  for (const entry of entries) {
    if (size <= max) break
    if (entry.size > SMALL) {
      const note = { _type: 'omitted', size: entry.size }
      next[entry.name] = note
      size += bytesOf(note) - entry.size
    } else if (!entry.name.startsWith('_')) {
      delete next[entry.name]
      size -= entry.size
    }
  }
  return next
}
