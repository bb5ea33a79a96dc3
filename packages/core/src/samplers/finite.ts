import { Problem } from '../schema/problem.ts'
import type { Cells } from '../space/cells.ts'
import { paramsOf, pointOf } from '../space/point.ts'
import type { Space } from '../space/space.ts'
import { placesOf, type Reserved, skippedCount } from './places.ts'
import type { Enqueued, Sampler } from './sampler.ts'

/** An order of the cells of a finite space: each position in [0, size) has its own cell. */
export interface CellOrder {
  readonly cellAt: (position: number) => number
  /** The cell's position when it is below `end`, else undefined or a number at or above `end`. */
  readonly positionOf: (cell: number, end: number) => number | undefined
}

/** A sampler that walks a finite space in a fixed order, each point once. */
export function finiteSampler(options: {
  readonly cells: Cells
  /** The order for a seed; built once per request. */
  readonly order: (seed: number, space: Space) => CellOrder
  readonly suggestedBy: (cell: number, position: number) => { readonly arm: string; readonly why: string }
}): Sampler {
  const { cells } = options
  // Beyond this position nothing can matter: so many indices and skips there are.
  const reservedIn = (space: Space, order: CellOrder, enqueued: readonly Enqueued[], end: number) =>
    enqueued.flatMap(({ before, params }): readonly Reserved[] => {
      const cell = cells.cellOf(pointOf(space, params))
      const position = cell === undefined ? undefined : order.positionOf(cell, end)
      return position === undefined || position >= end ? [] : [{ before, position }]
    })
  return {
    needsHistory: false,
    capacity: ({ space, seed, enqueued }) =>
      Number.isFinite(cells.size)
        ? cells.size - skippedCount(reservedIn(space, options.order(seed, space), enqueued, cells.size))
        : cells.size,
    suggest: ({ space, seed, slots, enqueued }) => {
      const order = options.order(seed, space)
      const last = slots.length === 0 ? 0 : slots[slots.length - 1]!.index
      const places = placesOf(
        reservedIn(space, order, enqueued, Math.min(cells.size, last + enqueued.length + 1)),
      )
      return slots.map(({ index }) => {
        const position = places.of(index)
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
