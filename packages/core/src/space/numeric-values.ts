import type { Distribution } from '../math/distribution.ts'
import { Float, floatOf, type Json, numberOf } from '../schema/json.ts'
import { multiplesInside } from '../schema/multiples.ts'
import type { Num } from '../schema/parameters.ts'
import type { Dimension } from './space.ts'

/** To the nearest integer, halves to the even one, as numpy's round does. */
export function roundHalfEven(x: number): number {
  const below = Math.floor(x)
  const rest = x - below
  if (rest !== 0.5) return rest < 0.5 ? below : below + 1
  return below % 2 === 0 ? below : below + 1
}

export type Values = Pick<
  Dimension,
  | 'kind'
  | 'low'
  | 'high'
  | 'step'
  | 'size'
  | 'even'
  | 'decode'
  | 'encode'
  | 'at'
  | 'indexOf'
  | 'indexAtQuantile'
  | 'probabilityOf'
>

/** Keeps u strictly inside (0, 1), where every distribution has a finite quantile. */
export const inside = (u: number): number => (u > 0 ? (u < 1 ? u : 1 - 2 ** -53) : 2 ** -53)

/** Counts beyond 2^52 are as good as infinite: no sweep gets there, and arithmetic on them would not stay exact. */
export const countOf = (count: number): number => (count <= 2 ** 52 ? count : Number.POSITIVE_INFINITY)

/** Values of a continuous distribution. */
export function realValues(distribution: Distribution): Values {
  const single = distribution.low === distribution.high
  const encode = (value: Json) => {
    const x = numberOf(value)
    if (x === undefined || !Number.isFinite(x)) return undefined
    // A value that was computed elsewhere may miss an end by a rounding.
    const slack = 1e-12 * Math.max(Math.abs(distribution.low), Math.abs(distribution.high))
    if (
      Number.isFinite(slack)
        ? x < distribution.low - slack || x > distribution.high + slack
        : x < distribution.low || x > distribution.high
    )
      return undefined
    return distribution.cdf(Math.min(Math.max(x, distribution.low), distribution.high))
  }
  return {
    kind: 'float',
    low: distribution.low,
    high: distribution.high,
    size: single ? 1 : Number.POSITIVE_INFINITY,
    even: single,
    decode: (u) => floatOf(distribution.quantile(inside(u)) + 0), // + 0: no negative zero
    encode,
    at: () => floatOf(distribution.low),
    indexOf: (value) => (single && encode(value) !== undefined ? 0 : undefined),
    indexAtQuantile: () => 0,
    probabilityOf: () => (single ? 1 : 0),
  }
}

/**
 * Numbers of a distribution, rounded to multiples of q. Integers when q is one, floats otherwise. With `range` only the multiples
 * inside it, ends included; there is at least one. Without, the ends are the outermost multiples with a chance above zero, so they may
 * lie up to q/2 outside of the distribution's ends.
 */
export function quantizedValues(
  distribution: Distribution,
  q: Num,
  range?: { readonly low: number; readonly high: number },
): Values {
  const step = numberOf(q)!
  const float = q instanceof Float || !Number.isInteger(q)
  const nearest = (x: number) => roundHalfEven(x / step)
  const { begin, end } = multiplesOf(distribution, step, range)
  // A float multiple may miss the end of the range by a rounding: 3 × 0.1 is above 0.3.
  const numberAt = (k: number) =>
    float && range !== undefined ? Math.min(Math.max(k * step, range.low), range.high) + 0 : k * step + 0
  const valueFor = (k: number): Json => (float ? floatOf(numberAt(k)) : numberAt(k))
  const rounded = (x: number): Json => {
    const k = Math.min(Math.max(nearest(x), begin), end)
    // Far out in a tail doubles are sparser than the multiples of q, and the quotient may even be infinite.
    if (Math.abs(k) > Number.MAX_SAFE_INTEGER) return float ? floatOf(x) : Math.round(x)
    return valueFor(k)
  }
  const multipleOf = (value: Json) => {
    const x = numberOf(value)
    if (x === undefined || !Number.isFinite(x)) return undefined
    const k = nearest(x)
    if (Math.abs(k) > Number.MAX_SAFE_INTEGER) return k >= begin && k <= end ? k : undefined
    const near = Math.abs(x - k * step) <= 1e-9 * Math.max(step, Math.abs(x))
    return near && k >= begin && k <= end ? k : undefined
  }
  const below = (k: number) => (k <= begin ? 0 : k > end ? 1 : distribution.cdf((k - 0.5) * step))
  return {
    kind: float ? 'float' : 'integer',
    low: numberAt(begin),
    high: numberAt(end),
    step,
    size: countOf(end - begin + 1),
    even: begin === end,
    decode: (u) => rounded(distribution.quantile(inside(u))),
    encode: (value) => {
      const k = multipleOf(value)
      return k === undefined ? undefined : (below(k) + below(k + 1)) / 2
    },
    at: (index) => valueFor(begin + index),
    indexOf: (value) => {
      const k = multipleOf(value)
      return k === undefined ? undefined : k - begin
    },
    indexAtQuantile: (u) => Math.min(Math.max(nearest(distribution.quantile(inside(u))), begin), end) - begin,
    probabilityOf: (index) => below(begin + index + 1) - below(begin + index),
  }
}

function multiplesOf(
  distribution: Distribution,
  step: number,
  range: { readonly low: number; readonly high: number } | undefined,
): { readonly begin: number; readonly end: number } {
  const single = distribution.low === distribution.high
  const only = roundHalfEven(distribution.low / step)
  if (range !== undefined) {
    const { first, last } = multiplesInside(range.low, range.high, step)
    const inside = Math.min(Math.max(only, first), last)
    return single ? { begin: inside, end: inside } : { begin: first, end: last }
  }
  if (single) return { begin: only, end: only }
  // An end exactly between two multiples belongs to the inner one: the outer one has no chance.
  const begin = Math.floor(distribution.low / step + 0.5)
  return { begin, end: Math.max(begin, Math.ceil(distribution.high / step - 0.5)) }
}

/** Integers from min to max, both included, equally likely. Both are safe integers. */
export function integerValues(min: number, max: number): Values {
  const count = max - min + 1
  const multipleOf = (value: Json) => {
    const x = numberOf(value)
    return x !== undefined && Number.isInteger(x) && x >= min && x <= max ? x - min : undefined
  }
  return {
    kind: 'integer',
    low: min,
    high: max,
    step: 1,
    size: countOf(count),
    even: countOf(count) === count,
    decode: (u) => Math.min(max, min + Math.floor(inside(u) * count)),
    encode: (value) => {
      const place = multipleOf(value)
      return place === undefined ? undefined : (place + 0.5) / count
    },
    at: (index) => min + index,
    indexOf: multipleOf,
    indexAtQuantile: (u) => Math.min(max - min, Math.floor(inside(u) * count)),
    probabilityOf: () => 1 / count,
  }
}
