import type { Params } from '../schema/params.ts'
import { type Axis, type Cells, cellsOf } from '../space/cells.ts'
import { neededValues } from '../space/complete-params.ts'
import { paramsOf, valueAt } from '../space/point.ts'
import type { Space } from '../space/space.ts'

/**
 * The first cell that has the given values, whose position is at or beyond `from`, and that `isTaken` does not name; undefined
 * when there is none, or when a given value is not on its axis. For cells in counting order: positions are cells.
 */
export function freeCell(
  space: Space,
  cells: Cells,
  axes: readonly Axis[],
  given: Params,
  from: number,
  isTaken: (cell: number) => boolean,
): Params | undefined {
  const narrowed = axesWith(space, axes, given)
  if (narrowed === undefined) return undefined
  // Narrower axes keep the order of the cells.
  const part = cellsOf(space.dimensions, narrowed)
  const end = Math.min(part.size, Number.MAX_SAFE_INTEGER)
  const cellAt = (index: number) => cells.cellOf(part.pointAt(index))
  for (let index = firstAtOrBeyond(from, end, cellAt); index < end; index++) {
    const cell = cellAt(index)
    if (cell !== undefined && !isTaken(cell)) return paramsOf(space, cells.pointAt(cell))
  }
  return undefined
}

/** Each axis with the values only that are given, or with which what is given exists. */
function axesWith(space: Space, axes: readonly Axis[], given: Params): readonly Axis[] | undefined {
  const needed = neededValues(space, given)
  const narrowed: Axis[] = []
  for (const [d, { path }] of space.dimensions.entries()) {
    const axis = axes[d]!
    const value = valueAt(given, path)
    const values = value === undefined ? needed.get(d) : [value]
    if (values === undefined) {
      narrowed.push(axis)
      continue
    }
    const indices = [...new Set(values.map(axis.indexOf))].filter((index) => index !== undefined)
    if (indices.length === 0) return undefined
    indices.sort((a, b) => a - b)
    narrowed.push({
      size: indices.length,
      at: (index) => axis.at(indices[index]!),
      indexOf: (one) => {
        const at = indices.indexOf(axis.indexOf(one) ?? -1)
        return at < 0 ? undefined : at
      },
    })
  }
  return narrowed
}

/** The first index in [0, end) whose cell is `from` or a later one. `cellAt` ascends; undefined counts as beyond. */
function firstAtOrBeyond(from: number, end: number, cellAt: (index: number) => number | undefined): number {
  let low = 0
  let high = end
  while (low < high) {
    const middle = low + Math.floor((high - low) / 2)
    const cell = cellAt(middle)
    if (cell === undefined || cell >= from) high = middle
    else low = middle + 1
  }
  return low
}
