import { Float, type Json } from '@chimney/core/schema/json'
import { Problem } from '@chimney/core/schema/problem'

/** More values than any honest request has; a body of `[[],[],…` at its cap could hold many times as much. */
export const MAX_VALUES = 500_000

const isBranch = (json: Json): json is readonly Json[] | { readonly [key: string]: Json } =>
  typeof json === 'object' && json !== null && !(json instanceof Float)

export const tooManyValues = (max: number): Problem =>
  new Problem('too-large', 'too-many-values', `the body has more than ${max} values; split it`)

/** Throws `Problem('too-large')` when there are too many values. Depth was bounded when the text was read. */
export function checkShape(json: Json): void {
  let level: Json[] = [json]
  let count = 1
  while (level.length > 0) {
    const next: Json[] = []
    for (const item of level) {
      if (!isBranch(item)) continue
      for (const child of Object.values(item)) {
        count++
        if (isBranch(child)) next.push(child)
      }
      if (count > MAX_VALUES) throw tooManyValues(MAX_VALUES)
    }
    level = next
  }
}

/** Replaces halves of surrogate pairs by U+FFFD: no key or item of the store could hold them. */
export function mendText(json: Json): Json {
  if (typeof json === 'string') return wellFormed(json)
  if (!isBranch(json)) return json
  if (Array.isArray(json)) return json.map(mendText)
  return Object.fromEntries(Object.entries(json).map(([key, value]) => [wellFormed(key), mendText(value)]))
}

const wellFormed = (text: string): string => text.replace(/\p{Surrogate}/gu, '\uFFFD')
