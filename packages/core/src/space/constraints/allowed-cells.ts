import { type Axis, type Cells, cellsOf } from '../cells.ts'
import { allows, type Space } from '../space.ts'

/** Cells of a space with constraints that are counted; each is checked once per warm function, which takes about a second in all. */
export const MAX_CHECKED_CELLS = 262_144

/** Of the last spaces, by space and axes. */
const cache = new WeakMap<Space, Map<readonly Axis[], Cells>>()

/**
 * The cells of a space that its constraints allow, numbered 0 … size − 1 in the order of all cells. `size` is Infinity for
 * spaces with constraints and more than {@link MAX_CHECKED_CELLS} cells: those are searched as continuous ones.
 */
export function allowedCells(space: Space, axes: readonly Axis[] = space.dimensions): Cells {
  if (space.constraints === undefined) return cellsOf(space.dimensions, axes)
  const byAxes = cache.get(space) ?? new Map<readonly Axis[], Cells>()
  cache.set(space, byAxes)
  let cells = byAxes.get(axes)
  if (cells === undefined) {
    cells = allowedAmong(space, cellsOf(space.dimensions, axes))
    byAxes.set(axes, cells)
  }
  return cells
}

function allowedAmong(space: Space, all: Cells): Cells {
  if (!(all.size <= MAX_CHECKED_CELLS)) return { ...all, size: Number.POSITIVE_INFINITY }
  const allowed = new Uint32Array(all.size)
  let size = 0
  for (let cell = 0; cell < all.size; cell++) if (allows(space, all.pointAt(cell))) allowed[size++] = cell
  const kept = allowed.slice(0, size)
  const rankOf = (cell: number | undefined) => {
    if (cell === undefined) return undefined
    let low = 0
    let high = size
    while (low < high) {
      const middle = (low + high) >>> 1
      if (kept[middle]! < cell) low = middle + 1
      else high = middle
    }
    return kept[low] === cell ? low : undefined
  }
  return {
    size,
    pointAt: (cell) => all.pointAt(kept[cell]!),
    cellOf: (point) => rankOf(all.cellOf(point)),
    cellBy: (indexFor) => rankOf(all.cellBy(indexFor)) ?? -1,
  }
}
