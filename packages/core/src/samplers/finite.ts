import { Problem } from '../schema/problem.ts'
import type { Axis, Cells } from '../space/cells.ts'
import { paramsOf, pointOf } from '../space/point.ts'
import type { Space } from '../space/space.ts'
import { freeCell } from './free-cell.ts'
import { type CellOrder, counting } from './orders.ts'
import { positionsOf, type Reserved, skippedCount } from './positions.ts'
import type { Enqueued, Sampler } from './sampler.ts'

/** A sampler that walks a finite space in a fixed order, each point once. */
export function finiteSampler(options: {
  readonly cells: Cells
  /** The order for a seed. */
  readonly order: (seed: number, space: Space) => CellOrder
  readonly suggestedBy: (cell: number, position: number) => { readonly arm: string; readonly why: string }
  /** The axes of the cells, for an order that counts: enqueued parameters are completed to a cell that has not run. */
  readonly counted?: readonly Axis[]
}): Sampler {
  const { cells, counted } = options
  // An order is a function of the seed, so the cache of the last one is not observable.
  let kept: { readonly seed: number; readonly space: Space; readonly order: CellOrder } | undefined
  const orderFor = (seed: number, space: Space) => {
    if (kept?.seed !== seed || kept.space !== space) kept = { seed, space, order: options.order(seed, space) }
    return kept.order
  }
  /** Positions of enqueued points; those at or beyond `end` get distinct but arbitrary positions. */
  const reservedIn = (space: Space, order: CellOrder, enqueued: readonly Enqueued[], end: number) => {
    const late = new Map<number, number>()
    return enqueued.flatMap(({ before, params }): readonly Reserved[] => {
      const cell = cells.cellOf(pointOf(space, params))
      if (cell === undefined) return []
      const position = order.positionOf(cell, end)
      if (position !== undefined && position < end) return [{ before, position }]
      if (!late.has(cell)) late.set(cell, end + late.size)
      return [{ before, position: late.get(cell)! }]
    })
  }
  return {
    needsHistory: false,
    ...(counted && {
      complete: ({ space, enqueued, index }, given) => {
        const reserved = reservedIn(space, counting, enqueued, cells.size)
        const from = index === 0 ? 0 : positionsOf(reserved).of(index - 1) + 1
        const taken = new Set(reserved.map(({ position }) => position))
        return freeCell(space, cells, counted, given, from, (cell) => taken.has(cell))
      },
    }),
    capacity: ({ space, seed, enqueued }) => {
      if (!Number.isFinite(cells.size) || enqueued.length === 0) return cells.size
      // Any enqueued point that is not reached by the last enqueue will be skipped, whatever its position.
      const last = enqueued.reduce((most, { before }) => Math.max(most, before), 0)
      const end = Math.min(cells.size, last + enqueued.length + 1)
      return cells.size - skippedCount(reservedIn(space, orderFor(seed, space), enqueued, end))
    },
    suggest: ({ space, seed, slots, enqueued }) => {
      const order = orderFor(seed, space)
      const last = slots.length === 0 ? 0 : slots[slots.length - 1]!.index
      // Positions beyond those that the slots and the skips can reach do not matter.
      const end = Math.min(cells.size, last + enqueued.length + 1)
      const positions = positionsOf(reservedIn(space, order, enqueued, end))
      return slots.map(({ index }) => {
        const position = positions.of(index)
        if (position >= cells.size) throw exhausted(cells.size)
        const cell = order.cellAt(position)
        return {
          params: paramsOf(space, cells.pointAt(cell)),
          suggestedBy: options.suggestedBy(cell, position),
        }
      })
    },
  }
}

const exhausted = (size: number) =>
  new Problem('conflict', 'space-exhausted', `all ${size} points of the space have been suggested`)

/** A new config is checked before it is stored, so only a changed search can get here. */
export const nothingAllowed = () =>
  new Problem(
    'conflict',
    'space-exhausted',
    'no point was found that constraints_on_parameters allow; loosen them',
  )
