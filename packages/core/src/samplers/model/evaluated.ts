import { canonicalKey } from '../../schema/canonical.ts'
import type { Json } from '../../schema/json.ts'
import type { Params } from '../../schema/params.ts'
import { valueAt } from '../../space/point.ts'
import type { View } from './view.ts'

/** Points that were handed out, whether evaluated or still running. */
export interface EvaluatedPoints {
  readonly has: (params: Params) => boolean
  readonly add: (params: Params) => void
}

/**
 * Compares values, not encodings, and stops at the first difference, which for most trials is the first value. A request that
 * never calls `has` pays nothing.
 */
export function evaluatedPointsOf(
  view: View,
  groups: readonly (readonly { readonly params: Params }[])[],
): EvaluatedPoints {
  const added: { readonly params: Params }[] = []
  // The axis with the most values separates most trials.
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
  // Scalars compare directly; 1 and 1.0, lists and objects compare by canonical text.
  if (typeof a !== 'object' && typeof b !== 'object') return false
  return canonicalKey(a) === canonicalKey(b)
}
