import { permutation } from '../math/permutation.ts'
import { rngOf } from '../math/rng.ts'

/** An order of the cells of a finite space: each position in [0, size) has its own cell. */
export interface CellOrder {
  readonly cellAt: (position: number) => number
  /** The cell's position when it is below `end`, else undefined or a number at or above `end`. */
  readonly positionOf: (cell: number, end: number) => number | undefined
}

/** Streams of draws that belong to a sweep rather than to a trial; numbers of trials begin at 1, these are drawn for 0. */
const RACE_STREAM = 0x4ace

/** 0, 1, 2, … */
export const counting: CellOrder = { cellAt: (position) => position, positionOf: (cell) => cell }

/** Every order is equally likely, at O(1) per cell. */
export function shuffled(size: number, seed: number): CellOrder {
  const order = permutation(size, seed)
  return { cellAt: order.at, positionOf: order.positionOf }
}

/**
 * Drawing without replacement with unequal chances, exactly: each cell's turn comes after an exponential time with its
 * chance as rate, so the first is cell c with its chance, the next one with its chance among the rest, and so on
 * (Efraimidis & Spirakis 2006, "Weighted random sampling with a reservoir", algorithm A). O(n log n) for n cells.
 */
export function race(size: number, seed: number, chanceOf: (cell: number) => number): CellOrder {
  const times = new Float64Array(size)
  const rng = rngOf(seed, 0, RACE_STREAM)
  for (let cell = 0; cell < size; cell++) times[cell] = -Math.log(rng.uniform()) / chanceOf(cell)
  const cells = Array.from(times.keys()).sort((a, b) => times[a]! - times[b]! || a - b)
  const positions = new Map(cells.map((cell, position) => [cell, position]))
  return { cellAt: (position) => cells[position]!, positionOf: (cell) => positions.get(cell) }
}

/** After this many repetitions in a row, few cells are left to draw. */
const MISSES = 256

/**
 * The first appearances in a sequence of draws, in order; a draw below 0 is none of the cells. After {@link MISSES} draws in a row without a new cell, the
 * remaining cells follow in a shuffled order. Position n costs all draws before it.
 */
export function firstAppearances(size: number, seed: number, draw: (index: number) => number): CellOrder {
  const cells: number[] = []
  const positions = positionsFor(size)
  let index = 0
  let misses = 0
  let rest = 0
  let left: CellOrder | undefined
  const grow = (end: number) => {
    while (cells.length < Math.min(end, size)) {
      let cell: number
      if (misses < MISSES) cell = draw(index++)
      else {
        left ??= shuffled(size, seed)
        cell = left.cellAt(rest++)
      }
      if (cell < 0 || positions.get(cell) !== undefined) {
        misses++
        continue
      }
      if (misses < MISSES) misses = 0
      positions.set(cell, cells.length)
      cells.push(cell)
    }
  }
  return {
    cellAt: (position) => {
      grow(position + 1)
      return cells[position]!
    },
    positionOf: (cell, end) => {
      grow(end)
      return positions.get(cell)
    },
  }
}

/** A table is quicker than a map; up to this size it is also no larger than the map of a long sweep. */
const TABLE_CELLS = 2 ** 20

function positionsFor(size: number): Pick<Map<number, number>, 'get'> & {
  set(cell: number, position: number): void
} {
  if (size > TABLE_CELLS) return new Map<number, number>()
  const table = new Uint32Array(size) // positions from 1; 0 for none
  return {
    get: (cell) => (table[cell] === 0 ? undefined : table[cell]! - 1),
    set: (cell, position) => {
      table[cell] = position + 1
    },
  }
}
