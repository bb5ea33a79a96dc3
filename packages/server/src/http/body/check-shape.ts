import { Float, type Json } from '@chimney/core/schema/json'
import { LongInteger } from '@chimney/core/schema/long-integer'
import { tooManyValues } from './json-scanner.ts'

/** More values than any real request has; a body of `[[],[],…` at the size limit has many times as many. */
export const MAX_VALUES = 500_000

const isBranch = (json: Json): json is readonly Json[] | { readonly [key: string]: Json } =>
  typeof json === 'object' && json !== null && !(json instanceof Float) && !(json instanceof LongInteger)

/** Throws `Problem('too-large')` above {@link MAX_VALUES}. The JSON parser bounds the depth. */
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

/** Replaces lone surrogates by U+FFFD: the store cannot encode them. */
export function replaceLoneSurrogates(json: Json): Json {
  if (typeof json === 'string') return wellFormed(json)
  if (!isBranch(json)) return json
  if (Array.isArray(json)) return json.map(replaceLoneSurrogates)
  return Object.fromEntries(
    Object.entries(json).map(([key, value]) => [wellFormed(key), replaceLoneSurrogates(value)]),
  )
}

const wellFormed = (text: string): string => text.replace(/\p{Surrogate}/gu, '\uFFFD')
