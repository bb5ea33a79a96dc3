/** Improves candidates of the acquisition over continuous, discrete and categorical axes together. */
import type { Params } from '../../schema/params.ts'
import { type Acquisition, type Box, gradientAscent, scoreOf } from './acquisition.ts'
import { ABSENT, type Axis, imputed, type Row, type View } from './view.ts'

export interface Candidate {
  row: Row
  score: number
}

/** All that a search for the highest improvement candidates at, so that its steps can be functions of the module. */
export interface Search {
  readonly view: View
  readonly acquisition: Acquisition
  /** Points that must not be suggested again. Called only when all axes are discrete; elsewhere points rarely coincide. */
  readonly isEvaluated: (params: Params) => boolean
  readonly isDiscrete: readonly boolean[]
  readonly allDiscrete: boolean
  /** See `AcquireOptions`. */
  readonly box?: Box
}

/** The nearest valid point with its score. Absent coordinates keep their value. */
export function scored(search: Search, target: ArrayLike<number>): Candidate {
  const { view, acquisition, isEvaluated, allDiscrete } = search
  const settled = view.settle(target)
  const { row } = settled
  const known = allDiscrete && isEvaluated(settled.params)
  const full = view.conditional ? imputed(view.axes, row) : row
  return { row: full, score: known ? Number.NEGATIVE_INFINITY : scoreOf(acquisition, full) }
}

const STARTS_AT_LEADERS = 3
const ROUNDS = 3

/** Alternates gradient ascent on continuous axes and coordinate search on discrete ones, until neither improves. */
export function localSearch(search: Search, start: Candidate): Candidate {
  const { acquisition, isDiscrete, allDiscrete } = search
  let current = start
  for (let round = 0; round < ROUNDS; round++) {
    const before = current.score
    if (!allDiscrete) {
      const target = gradientAscent(current.row, acquisition, isDiscrete, search.box)
      const allowed = search.view.allows(target) ? target : search.view.moved(target, [current.row])
      if (allowed !== undefined) current = better(current, scored(search, allowed))
    }
    if (!isDiscrete.includes(true)) break
    const moved = coordinateSearch(search, current)
    const gained = moved.score > current.score
    current = moved
    if (!gained || !(current.score > before + 1e-6)) break
  }
  return current
}

/** Where constraints bind, the points that keep them are few, and next to known ones: those are starts as well. */
export function withinLimits(
  search: Search,
  picked: readonly Candidate[],
  around: readonly Row[],
): Candidate[] {
  const leaders = around
    .slice(0, STARTS_AT_LEADERS)
    .map((row): Candidate => ({ row, score: scoreOf(search.acquisition, row) }))
  const [first, ...rest] = picked
  const moving = [...(first ? [first] : []), ...leaders].map((start) => better(start, relaxed(search, start)))
  return [...moving, ...rest]
}

/**
 * Discrete axes taken as continuous, then each set to a value next to where that led, so that they move together with the others: one
 * alone may not move without breaking a constraint.
 */
function relaxed(search: Search, start: Candidate): Candidate {
  const { view, acquisition } = search
  const { axes } = view
  if (axes.every(({ kind }) => kind !== 'discrete')) return start
  const fixed = axes.map(({ kind }) => kind === 'category')
  let row = gradientAscent(start.row, acquisition, fixed)
  for (const [a, axis] of axes.entries()) {
    if (axis.kind !== 'discrete') continue
    fixed[a] = true
    const from = row
    const [below, above] = valuesAround(axis, row[a]!).map((x) => {
      const at = Float64Array.from(from)
      at[a] = x
      const ascended = gradientAscent(at, acquisition, fixed)
      return { row: ascended, score: scoreOf(acquisition, ascended) }
    })
    row = better(below!, above!).row
  }
  const allowed = view.allows(row) ? row : view.moved(row, [start.row])
  return allowed === undefined ? start : scored(search, allowed)
}

/** The coordinates of the values of a discrete axis next to x: the nearest one, and the first one on the other side of x. */
function valuesAround({ decode, encode }: Axis, x: number): readonly [number, number] {
  const nearest = encode(decode(x)) ?? x
  const offset = x - nearest
  for (let reach = 1.01 * offset; offset !== 0 && Math.abs(reach) <= 1; reach *= 1.5) {
    const other = encode(decode(Math.min(1, Math.max(0, x + reach)))) ?? nearest
    if (other !== nearest) return [nearest, other]
  }
  return [nearest, nearest]
}

const better = (a: Candidate, b: Candidate): Candidate => (b.score > a.score ? b : a)

/** Maximum number of values to try per axis; an even choice of longer lists. */
const MAX_TRIED = 16

function coordinateSearch(search: Search, start: Candidate): Candidate {
  let current = start
  for (const [a, axis] of search.view.axes.entries()) {
    const values = axis.kind === 'category' ? categoriesNear(current.row[a]!, axis.size) : axis.levels
    if (values === undefined) continue
    const here = current.row
    for (const value of values) {
      if (value === here[a]) continue
      const target = Float64Array.from(here, (x) => (x === ABSENT ? 0 : x))
      target[a] = value
      if (!search.view.allows(target)) continue
      current = better(current, scored(search, target))
    }
  }
  return current
}

function categoriesNear(x: number, size: number): readonly number[] {
  if (size <= MAX_TRIED) return Array.from({ length: size }, (_, i) => i)
  // The GP cannot rank categories that were never tried, so an even choice is enough.
  return Array.from({ length: MAX_TRIED }, (_, i) => Math.floor(((x + 1 + i * size) / MAX_TRIED) % size))
}
