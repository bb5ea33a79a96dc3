import { canonicalKey } from '../schema/canonical.ts'
import type { Json } from '../schema/json.ts'
import { inside, type Values } from './numeric-values.ts'

/**
 * The different values among `values`, in the order given, each with the sum of its chances (equal chances when
 * `weights` is absent; they need not sum to 1). Values without any chance are left out.
 */
export function categoryValues(
  values: readonly Json[],
  weights?: readonly number[],
): Values & { readonly categories: readonly Json[] } {
  const total = weights === undefined ? values.length : weights.reduce((sum, weight) => sum + weight, 0)
  const indices = new Map<string, number>()
  const categories: Json[] = []
  const chances: number[] = []
  // For each value as listed: the chance up to and including it, and its category. A draw walks the list as it was written.
  const ends: number[] = []
  const owners: number[] = []
  let sum = 0
  for (const [i, value] of values.entries()) {
    const weight = weights === undefined ? 1 : weights[i]!
    if (weight === 0) continue
    const key = canonicalKey(value)
    let index = indices.get(key)
    if (index === undefined) {
      index = categories.length
      indices.set(key, index)
      categories.push(value)
      chances.push(0)
    }
    chances[index]! += weight / total
    sum += weight
    ends.push(sum / total)
    owners.push(index)
  }
  const count = categories.length
  // Without weights and repetitions the index follows from u alone.
  const plain = weights === undefined && count === values.length
  const indexAtQuantile = (u: number) =>
    plain ? Math.min(count - 1, Math.floor(inside(u) * count)) : owners[search(ends, inside(u))]!
  const indexFor = (value: Json) => indices.get(canonicalKey(value))
  return {
    kind: 'categorical',
    low: Number.NaN,
    high: Number.NaN,
    categories,
    size: count,
    even: chances.every((chance) => chance === chances[0]),
    decode: (u) => categories[indexAtQuantile(u)]!,
    encode: (value) => {
      const index = indexFor(value)
      if (index === undefined) return undefined
      const first = owners.indexOf(index)
      return ((first === 0 ? 0 : ends[first - 1]!) + ends[first]!) / 2
    },
    at: (index) => categories[index]!,
    indexOf: indexFor,
    indexAtQuantile,
    probabilityOf: (index) => chances[index]!,
  }
}

/** The first index whose end exceeds u; the last one when rounding left every end below. */
function search(ends: readonly number[], u: number): number {
  let low = 0
  let high = ends.length - 1
  while (low < high) {
    const middle = (low + high) >>> 1
    if (ends[middle]! > u) high = middle
    else low = middle + 1
  }
  return low
}
