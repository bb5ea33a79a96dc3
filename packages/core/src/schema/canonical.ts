import { Float, type Json } from './json.ts'
import { LongInteger } from './long-integer.ts'

/**
 * A text that is equal for values that a sweep treats as equal: an integral float equals the integer (`3.0` is `3`),
 * true is not 1, objects compare independent of the order of their keys. W&B compares grid points this way.
 */
export function canonicalKey(value: Json): string {
  if (value instanceof Float) return String(value.value + 0)
  if (typeof value === 'number') return String(value + 0)
  if (value instanceof LongInteger) return String(value.value)
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value !== 'object' || value === null) return String(value)
  if (Array.isArray(value)) return `[${value.map(canonicalKey).join(',')}]`
  const members = Object.entries(value as { [key: string]: Json }).map(
    ([key, member]) => `${JSON.stringify(key)}:${canonicalKey(member)}`,
  )
  return `{${members.sort().join(',')}}`
}

/** Ascending by code points, as Python sorts text; `<` in JavaScript compares UTF-16 units. */
export function byCodePoint(a: string, b: string): number {
  if (a === b) return 0
  const left = Array.from(a)
  const right = Array.from(b)
  const length = Math.min(left.length, right.length)
  for (let i = 0; i < length; i++) {
    const difference = left[i]!.codePointAt(0)! - right[i]!.codePointAt(0)!
    if (difference !== 0) return difference
  }
  return left.length - right.length
}
