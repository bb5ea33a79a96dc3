/** What a run logged, by name and kind, and which of its names is most like another one. */
import { distance } from 'fastest-levenshtein'
import { isObject, type Json, numberOf } from '../../schema/json.ts'

/** `not-finite`: NaN or an infinity. `object`: lists, tables, images. */
export type Kind = 'number' | 'not-finite' | 'text' | 'boolean' | 'null' | 'object'

/** By dotted name. */
export type Logged = ReadonlyMap<string, Kind>

/** Names that are looked at, of a summary with thousands. */
const MAX_NAMES = 500
const MAX_DEPTH = 4

/** Nested objects give dotted names. Names that begin with `_` are the client's own and left out. */
export function loggedOf(summary: { readonly [name: string]: Json }): Logged {
  const kinds = new Map<string, Kind>()
  const visit = (values: { readonly [name: string]: Json }, prefix: string, depth: number) => {
    for (const [name, value] of Object.entries(values)) {
      if (kinds.size >= MAX_NAMES) return
      if (name.startsWith('_')) continue
      // `_type` marks images, tables and histograms.
      if (isObject(value) && !('_type' in value) && depth < MAX_DEPTH)
        visit(value, `${prefix}${name}.`, depth + 1)
      else kinds.set(prefix + name, kindOf(value))
    }
  }
  visit(summary, '', 1)
  return kinds
}

export function kindOf(value: Json): Kind {
  const number = numberOf(value)
  if (number !== undefined) return Number.isFinite(number) ? 'number' : 'not-finite'
  if (typeof value === 'string') return 'text'
  if (typeof value === 'boolean') return 'boolean'
  return value === null ? 'null' : 'object'
}

/** Words that mean the same in names of metrics. */
const SYNONYMS: Readonly<Record<string, string>> = {
  validation: 'val',
  valid: 'val',
  eval: 'val',
  evaluation: 'val',
  training: 'train',
  testing: 'test',
  accuracy: 'acc',
  error: 'err',
  f1score: 'f1',
}

/** Lower-case words of a name: `valF1`, `val/f1` and `val_f1` have the same. */
export const wordsOf = (name: string): readonly string[] =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')

/** Below it two names have no more in common than most names have. */
const LIKE = 0.5

/**
 * How alike two names are, from 0 to 1: the better of the share of equal words (synonyms count) and of one less the edit distance
 * (Levenshtein) over the greater length.
 */
export function likeness(a: string, b: string): number {
  const [left, right] = [a, b].map((name) => new Set(wordsOf(name).map((word) => SYNONYMS[word] ?? word)))
  const common = [...left!].filter((word) => right!.has(word)).length
  const overlap = common / Math.max(1, left!.size + right!.size - common)
  const [x, y] = [wordsOf(a).join(''), wordsOf(b).join('')]
  const edits = 1 - distance(x, y) / Math.max(1, x.length, y.length)
  return Math.max(overlap, edits)
}

/** The numeric name that is most like `name`, or undefined when none has half in common with it. */
export function nearestName(name: string, logged: Logged): string | undefined {
  let best: { key: string; alike: number } | undefined
  for (const [key, kind] of logged) {
    if (key === name || (kind !== 'number' && kind !== 'not-finite')) continue
    const alike = likeness(name, key)
    if (alike >= LIKE && (!best || alike > best.alike)) best = { key, alike }
  }
  return best?.key
}
