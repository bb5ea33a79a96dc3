import { distance } from 'fastest-levenshtein'

/** Words of other tools, in lower-case letters and digits only, and the key of a sweep config that they mean. */
export type Synonyms = Readonly<Record<string, string>>

/** Keys that are unknown on purpose: private to the user, comments, anchors for YAML's aliases. */
const DELIBERATE = /^(?:_|x-|[.$#/])/

const plain = (key: string) => key.toLowerCase().replace(/[^a-z0-9]/g, '')

/**
 * The known key that an unknown one most likely means: the same letters in another case or with other signs, a synonym, or within
 * one edit (two for keys of at least six letters; a transposition counts as one). Short keys must begin with the same letter, and keys of
 * one or two letters have no neighbors. Undefined when none is close.
 */
export function meantKey(
  given: string,
  known: readonly string[],
  synonyms: Synonyms = {},
): string | undefined {
  const key = plain(given)
  if (key === '' || DELIBERATE.test(given)) return undefined
  const same = known.find((name) => plain(name) === key)
  if (same !== undefined) return same
  const synonym = Object.hasOwn(synonyms, key) ? synonyms[key] : undefined
  if (synonym !== undefined && known.includes(synonym)) return synonym
  let nearest: string | undefined
  let least = Number.POSITIVE_INFINITY
  for (const name of known) {
    const other = plain(name)
    if (other.length < 3 || key.length < 3) continue
    if (other.length < 6 && other[0] !== key[0]) continue
    const edits = editsBetween(key, other)
    if (edits > (other.length < 6 ? 1 : 2) || edits >= least) continue
    nearest = name
    least = edits
  }
  return nearest
}

function editsBetween(a: string, b: string): number {
  const edits = distance(a, b)
  return edits === 2 && a.length === b.length && sorted(a) === sorted(b) ? 1 : edits
}

const sorted = (text: string) => Array.from(text).sort().join('')
