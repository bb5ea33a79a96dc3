/**
 * The points of a finite space, numbered: cell 0 … size − 1. Without conditions a cell is a number in mixed radix whose
 * last dimension varies fastest. With conditions the points fall into blocks, one per combination of values of the
 * dimensions in conditions (these vary slowest); within a block, again mixed radix over the
 * dimensions that exist there.
 */

import { canonicalKey } from '../schema/canonical.ts'
import type { Json } from '../schema/json.ts'
import { Problem } from '../schema/problem.ts'
import { countOf } from './numeric-values.ts'
import type { Dimension, Point } from './space.ts'

/** The listed values of a dimension. The grid lists q_uniform differently; other samplers use the dimension. */
export type Axis = Pick<Dimension, 'size' | 'at' | 'indexOf'>

export interface Cells {
  /** Infinity when beyond 2^52 or when a dimension is not finite. */
  readonly size: number
  /** `cell` in [0, size) and below 2^53. */
  readonly pointAt: (cell: number) => Point
  /** Undefined when the point is not one of the cells, or when its number is beyond 2^53. */
  readonly cellOf: (point: Point) => number | undefined
  /** The cell of the point whose dimensions have these indices; called only for dimensions that exist in it. */
  readonly cellBy: (indexFor: (dimension: number) => number) => number
}

interface Block {
  /** Index per deciding dimension; undefined where that dimension does not exist itself. */
  readonly chosen: ReadonlyMap<number, number>
  /** The other dimensions that exist here, in order. */
  readonly free: readonly number[]
  readonly first: number
  readonly size: number
}

/** More combinations of deciding values than this are refused: every request would pay for them. */
export const MAX_BLOCKS = 10_000

export function cellsOf(dimensions: readonly Dimension[], axes: readonly Axis[] = dimensions): Cells {
  const blocks = blocksOf(dimensions, axes)
  const size = blocks.reduce((sum, block) => countOf(sum + block.size), 0)
  const deciding = decidersOf(dimensions)

  const blockAt = (cell: number) => {
    let low = 0
    let high = blocks.length - 1
    while (low < high) {
      const middle = (low + high + 1) >>> 1
      if (blocks[middle]!.first <= cell) low = middle
      else high = middle - 1
    }
    return blocks[low]!
  }
  const byChoice = new Map(blocks.map((block) => [choiceKey(deciding, block.chosen), block]))

  return {
    size,
    pointAt: (cell) => {
      const block = blockAt(cell)
      const point: (Json | undefined)[] = new Array(dimensions.length).fill(undefined)
      for (const [d, index] of block.chosen) point[d] = axes[d]!.at(index)
      let rest = cell - block.first
      for (let i = block.free.length - 1; i >= 0; i--) {
        const d = block.free[i]!
        const radix = axes[d]!.size
        // A radix of Infinity takes what is left; dimensions in front of it stay at their first value.
        const digit = Number.isFinite(radix) ? rest % radix : rest
        rest = Number.isFinite(radix) ? Math.floor(rest / radix) : 0
        point[d] = axes[d]!.at(digit)
      }
      return point
    },
    cellBy: (indexFor) => {
      let block = blocks[0]!
      if (deciding.length > 0) {
        const chosen = new Map<number, number>()
        const valueFor = (other: number) => valueIn(axes, chosen, other)
        for (const d of deciding) if (exists(dimensions[d]!, valueFor)) chosen.set(d, indexFor(d))
        block = byChoice.get(choiceKey(deciding, chosen))!
      }
      let cell = 0
      for (const d of block.free) cell = cell * axes[d]!.size + indexFor(d)
      return block.first + cell
    },
    cellOf: (point) => {
      const chosen = new Map<number, number>()
      for (const d of deciding) {
        const value = point[d]
        if (value === undefined) continue
        const index = axes[d]!.indexOf(value)
        if (index === undefined) return undefined
        chosen.set(d, index)
      }
      const block = byChoice.get(choiceKey(deciding, chosen))
      if (block === undefined) return undefined
      let present = chosen.size
      let cell = 0
      for (const d of block.free) {
        const value = point[d]
        if (value === undefined) return undefined
        const index = axes[d]!.indexOf(value)
        if (index === undefined) return undefined
        cell = cell * axes[d]!.size + index
        if (!(cell <= Number.MAX_SAFE_INTEGER)) return undefined
        present++
      }
      const total = point.reduce<number>((count, value) => (value === undefined ? count : count + 1), 0)
      return total === present && block.first + cell <= Number.MAX_SAFE_INTEGER
        ? block.first + cell
        : undefined
    },
  }
}

const choiceKey = (deciding: readonly number[], chosen: ReadonlyMap<number, number>) =>
  deciding.map((d) => chosen.get(d) ?? '-').join(',')

/** Dimensions that others name in `when`, each after those that it depends on itself, else in order. */
export function decidersOf(dimensions: readonly Dimension[]): readonly number[] {
  const named = new Set(dimensions.flatMap(({ when }) => when.map(({ dimension }) => dimension)))
  const order = existenceOrder(dimensions)
  return order.filter((d) => named.has(d))
}

/** All dimensions, each after those that decide whether it exists, else in order. `when` has no cycles. */
export function existenceOrder(dimensions: readonly Dimension[]): readonly number[] {
  const order: number[] = []
  const seen = new Set<number>()
  const visit = (d: number) => {
    if (seen.has(d)) return
    seen.add(d)
    for (const { dimension } of dimensions[d]!.when) visit(dimension)
    order.push(d)
  }
  for (let d = 0; d < dimensions.length; d++) visit(d)
  return order
}

/** Whether the dimension exists, given the values of those that decide about it. */
export function exists(dimension: Dimension, valueFor: (dimension: number) => Json | undefined): boolean {
  return dimension.when.every(({ dimension: other, values }) => {
    const value = valueFor(other)
    return value !== undefined && values.some((allowed) => canonicalKey(allowed) === canonicalKey(value))
  })
}

function blocksOf(dimensions: readonly Dimension[], axes: readonly Axis[]): readonly Block[] {
  const deciding = decidersOf(dimensions)
  let choices: Map<number, number>[] = [new Map()]
  for (const d of deciding) {
    const next: Map<number, number>[] = []
    for (const chosen of choices) {
      const valueFor = (other: number) => valueIn(axes, chosen, other)
      if (!exists(dimensions[d]!, valueFor)) {
        next.push(chosen)
        continue
      }
      if (next.length + axes[d]!.size > MAX_BLOCKS) throw tooManyBlocks(dimensions[d]!)
      for (let index = 0; index < axes[d]!.size; index++) next.push(new Map(chosen).set(d, index))
    }
    choices = next
  }
  const decides = new Set(deciding)
  let first = 0
  return choices.map((chosen) => {
    const valueFor = (other: number) => valueIn(axes, chosen, other)
    const free = dimensions.flatMap((dimension, d) =>
      !decides.has(d) && exists(dimension, valueFor) ? [d] : [],
    )
    const size = free.reduce((product, d) => countOf(product * axes[d]!.size), 1)
    const block = { chosen, free, first, size }
    first = countOf(first + size)
    return block
  })
}

const valueIn = (axes: readonly Axis[], chosen: ReadonlyMap<number, number>, d: number) => {
  const index = chosen.get(d)
  return index === undefined ? undefined : axes[d]!.at(index)
}

function tooManyBlocks(dimension: Dimension): Problem {
  const message = `conditions on ${dimension.name} give more than ${MAX_BLOCKS} combinations of deciding values`
  return new Problem('invalid', 'invalid-sweep-config', message, {
    issues: [
      {
        path: `parameters.${dimension.name}`,
        message,
        fix: 'let fewer parameters, or parameters with fewer values, decide about others',
      },
    ],
  })
}
