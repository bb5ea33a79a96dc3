import { type Json, numberOf } from '../../schema/json.ts'
import type { Params } from '../../schema/params.ts'
import { fillPoint, paramsOf, valueAt } from '../../space/point.ts'
import type { Dimension, Space } from '../../space/space.ts'
import { type Allowing, allowing } from './allowed.ts'

/**
 * How a model sees a dimension that can vary. Numbers lie in [0, 1], equal steps equally likely under the distribution, and
 * the least and greatest value of a discrete axis at the ends; categories are indices 0, 1, 2, … Lists of numbers have an
 * order too: neighbours in it are equally far apart, so that [16, 32, 64] and [1e-4, 1e-3] need no scale.
 */
export interface Axis {
  readonly name: string
  /** Index in `space.dimensions`. */
  readonly dimension: number
  readonly kind: 'real' | 'discrete' | 'category'
  /** Number of values, or Infinity. */
  readonly size: number
  /** The coordinates of all values, ascending, of a discrete axis with at most {@link SHORT} values. */
  readonly levels?: readonly number[]
  /** The value nearest to a coordinate. */
  readonly decode: (x: number) => Json
  /** The coordinate of a value, or undefined for one that the dimension cannot have. */
  readonly encode: (value: Json) => number | undefined
  /** The coordinate at quantile u in [0, 1] of the distribution. */
  readonly atQuantile: (u: number) => number
}

/** Discrete axes with at most this many levels list them. */
const SHORT = 64

/** Coordinate of a dimension that does not exist in a point. Below every coordinate, and equal to itself, which NaN is not. */
export const ABSENT = -1

const NO_ROW = new Float64Array()

/** A point as a model sees it: one coordinate per axis, or {@link ABSENT}. */
export type Row = Float64Array

/** A row with absent coordinates imputed for the GP: a number is 0.5, a category is one more category. */
export const imputed = (axes: readonly Axis[], row: Row): Row =>
  row.map((x, a) => (x === ABSENT && axes[a]!.kind !== 'category' ? 0.5 : x))

export interface View extends Allowing {
  readonly space: Space
  readonly axes: readonly Axis[]
  /** Whether some axes do not exist everywhere. */
  readonly conditional: boolean
  /** Undefined when a value is missing or not one that its dimension can have. Cached by object identity, so callers must not write into the row. */
  readonly encode: (params: Params) => Row | undefined
  /** The nearest point that exists, with its coordinates. `params` is lazy. Every axis of `row` needs a coordinate, even one that turns out not to exist. */
  readonly settle: (row: ArrayLike<number>) => { readonly params: Params; readonly row: Row }
}

export function viewOf(space: Space): View {
  const axes = space.dimensions.flatMap((dimension, d) =>
    dimension.size === 1 ? [] : [axisOf(dimension, d)],
  )
  const axisAt = new Map(axes.map(({ dimension }, a) => [dimension, a]))
  const paths = axes.map(({ dimension }) => space.dimensions[dimension]!.path)
  const conditional = axes.map(({ dimension }) => space.dimensions[dimension]!.when.length > 0)
  const anyConditional = conditional.includes(true)
  const encodePoint = (at: (a: number) => Json | undefined): Row | undefined => {
    const row = new Float64Array(axes.length)
    for (let a = 0; a < axes.length; a++) {
      const value = at(a)
      if (value === undefined) {
        if (!conditional[a]) return undefined
        row[a] = ABSENT
        continue
      }
      const x = axes[a]!.encode(value)
      if (x === undefined || !Number.isFinite(x)) return undefined
      row[a] = x
    }
    return row
  }
  // Long histories come again with every request, trial for trial the same objects.
  const known = new WeakMap<Params, Row | typeof NO_ROW>()
  return {
    space,
    axes,
    conditional: anyConditional,
    encode: (params) => {
      let row = known.get(params)
      if (row === undefined) {
        row = encodePoint((a) => valueAt(params, paths[a]!)) ?? NO_ROW
        known.set(params, row)
      }
      return row === NO_ROW ? undefined : row
    },
    settle: (row) => {
      const point = fillPoint(space, (dimension, d) => {
        const a = axisAt.get(d)
        return a === undefined ? dimension.decode(0.5) : axes[a]!.decode(row[a]!)
      })
      const settled = encodePoint((a) => point[axes[a]!.dimension])
      return {
        get params() {
          return paramsOf(space, point)
        },
        row: settled!,
      }
    },
    ...allowing(space, axes),
  }
}

function axisOf(dimension: Dimension, d: number): Axis {
  const { name, size, categories } = dimension
  const base = { name, dimension: d, size }
  const quantile = (encode: Axis['encode']) => (u: number) => encode(dimension.decode(u)) ?? 0
  if (categories !== undefined) {
    const place = lookup(categories, dimension.indexOf)
    const ranks = size > 2 ? ranksOf(categories) : undefined
    if (ranks === undefined) {
      const decode = (x: number) => categories[clampIndex(x, size)]!
      return { ...base, kind: 'category', decode, encode: place, atQuantile: quantile(place) }
    }
    const byRank = new Array<Json>(size)
    for (const [i, rank] of ranks.entries()) byRank[rank] = categories[i]!
    const encode = (value: Json) => {
      const index = place(value)
      return index === undefined ? undefined : ranks[index]! / (size - 1)
    }
    const decode = (x: number) => byRank[clampIndex(x * (size - 1), size)]!
    return {
      ...base,
      kind: 'discrete',
      decode,
      encode,
      atQuantile: quantile(encode),
      ...levelsOf(size, (i) => encode(byRank[i]!)!),
    }
  }
  if (dimension.step === undefined) {
    const { decode, encode } = dimension
    return { ...base, kind: 'real', decode, encode, atQuantile: (u) => u }
  }
  // A discrete axis without ends has its outermost values at quantiles 0 and 1.
  const first = Number.isFinite(size) ? dimension.encode(dimension.at(0))! : 0
  const last = Number.isFinite(size) ? dimension.encode(dimension.at(size - 1))! : 1
  const width = last - first
  const encode = (value: Json) => {
    const u = dimension.encode(value)
    return u === undefined ? undefined : Math.min(1, Math.max(0, (u - first) / width))
  }
  const decode = (x: number) => dimension.decode(first + x * width)
  const levels = levelsOf(size, (i) => encode(dimension.at(i))!)
  return { ...base, kind: 'discrete', decode, encode, atQuantile: quantile(encode), ...levels }
}

const levelsOf = (size: number, levelAt: (index: number) => number): Pick<Axis, 'levels'> =>
  size <= SHORT ? { levels: Array.from({ length: size }, (_, i) => levelAt(i)) } : {}

const clampIndex = (x: number, size: number) => Math.min(Math.max(Math.round(x), 0), size - 1)

/** The rank of each category in ascending order; undefined unless all are finite numbers. */
function ranksOf(categories: readonly Json[]): readonly number[] | undefined {
  const numbers = categories.map(numberOf)
  if (!numbers.every((number) => number !== undefined && Number.isFinite(number))) return undefined
  const order = numbers.map((_, i) => i).sort((a, b) => numbers[a]! - numbers[b]!)
  const ranks = new Array<number>(order.length)
  for (const [rank, i] of order.entries()) ranks[i] = rank
  return ranks
}

/** Looks up scalars without a canonical text, which would be slow for long histories. */
function lookup(
  categories: readonly Json[],
  indexOf: (value: Json) => number | undefined,
): (value: Json) => number | undefined {
  const quick = new Map<Json, number>()
  for (const [i, category] of categories.entries())
    if (typeof category !== 'object' && indexOf(category) === i) quick.set(category, i)
  return (value) => quick.get(value) ?? indexOf(value)
}
