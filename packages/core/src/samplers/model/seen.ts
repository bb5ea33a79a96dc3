import { canonicalKey } from '../../schema/canonical.ts'
import type { Json } from '../../schema/json.ts'
import type { Params } from '../../schema/params.ts'
import { valueAt } from '../../space/point.ts'
import type { View } from './view.ts'

/** The points that were handed out, each by its parameters. */
export interface Seen {
  readonly has: (params: Params) => boolean
  readonly add: (params: Params) => void
}

/**
 * Compares values, not encodings, and only as far as they agree: a question costs a look at one value of most trials, and
 * no request pays for an index that it does not need.
 */
export function seenOf(view: View, groups: readonly (readonly { readonly params: Params }[])[]): Seen {
  const added: { readonly params: Params }[] = []
  // The axis with the most values tells trials apart first.
  const paths = [...view.axes]
    .sort((a, b) => b.size - a.size || a.dimension - b.dimension)
    .map(({ dimension }) => view.space.dimensions[dimension]!.path)
  return {
    has: (params) => {
      const wanted = paths.map((path) => valueAt(params, path))
      const agrees = (other: Params) => {
        for (let i = 0; i < paths.length; i++) if (!same(wanted[i], valueAt(other, paths[i]!))) return false
        return true
      }
      for (const group of groups) for (const { params: other } of group) if (agrees(other)) return true
      for (const { params: other } of added) if (agrees(other)) return true
      return false
    },
    add: (params) => {
      added.push({ params })
    },
  }
}

const same = (a: Json | undefined, b: Json | undefined): boolean => {
  if (a === b) return true
  if (a === undefined || b === undefined) return false
  // Words and plain numbers that differ, differ; 1 and 1.0, lists and objects are compared by what they say.
  if (typeof a !== 'object' && typeof b !== 'object') return false
  return canonicalKey(a) === canonicalKey(b)
}
