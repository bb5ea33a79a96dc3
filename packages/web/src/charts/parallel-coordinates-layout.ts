import type { Range } from '../model/filter.ts'
import type { Column } from '../model/trial-table.ts'
import { columnScale, type Scale } from './scale.ts'

/** An axis of parallel coordinates: upwards from `bottom` to `top`. */
export interface Axis {
  readonly column: Column
  readonly scale: Scale
  readonly x: number
  readonly top: number
  readonly bottom: number
  /** Where its name stands, and how wide name and labels may be. */
  readonly nameY: number
  readonly nameRoom: number
  readonly labelRoom: number
}

/** On a phone there is less, so that the result, which is the last axis, is in sight with several parameters. */
const MARGINS = {
  wide: { left: 64, right: 72 },
  narrow: { left: 46, right: 54 },
} as const
const NARROW_PX = 520
const ABOVE = 34
const BELOW = 26
/** Axes that are closer have their names by turns in two lines. */
const ROOMY_PX = 96
const LINE_PX = 15
/** Closer, a finger could not tell them apart. */
const LEAST_PX = 38

/** Below, axes would be too close, and the picture scrolls instead. */
export const minWidthFor = (axes: number): number =>
  MARGINS.narrow.left + MARGINS.narrow.right + (axes - 1) * LEAST_PX

/** Where trials pass that have no value for an axis, below its end. */
const MISSING_BELOW = 16

export function layoutAxes(columns: readonly Column[], width: number, height: number): Axis[] {
  const { left, right } = width < NARROW_PX ? MARGINS.narrow : MARGINS.wide
  const room = Math.max(1, width - left - right)
  const last = columns.length - 1
  const apart = last === 0 ? room : room / last
  const turns = apart < ROOMY_PX
  const top = ABOVE + (turns ? LINE_PX : 0)
  const bottom = height - BELOW
  return columns.map((column, i) => ({
    column,
    scale: columnScale(column, Math.floor((bottom - top) / 44)),
    x: left + (last === 0 ? room / 2 : i * apart),
    top,
    bottom,
    // The last one is never lifted.
    nameY: top - 20 - (turns && (last - i) % 2 === 1 ? LINE_PX : 0),
    nameRoom: Math.min(
      (turns ? 2 : 1) * apart - 12,
      180,
      ...(i === 0 ? [2 * left] : []),
      ...(i === last ? [2 * right] : []),
    ),
    labelRoom: i === last ? right - 12 : Math.min(120, Math.max(0.6 * (apart - 12), Math.min(44, apart - 8))),
  }))
}

export const yOf = (axis: Axis, value: number): number => {
  const place = axis.scale.at(value)
  return Number.isFinite(place)
    ? axis.bottom - Math.max(-0.02, Math.min(1.02, place)) * (axis.bottom - axis.top)
    : axis.bottom + MISSING_BELOW
}

export const valueAtY = (axis: Axis, y: number): number =>
  axis.scale.value(Math.max(0, Math.min(1, (axis.bottom - y) / (axis.bottom - axis.top))))

/** A range between two heights; of a category, whole labels. Reaching an end takes in everything beyond it. */
export function rangeBetween(axis: Axis, y1: number, y2: number): Range {
  const [top, bottom] = [Math.min(y1, y2), Math.max(y1, y2)]
  const [high, low] = [valueAtY(axis, top), valueAtY(axis, bottom)]
  if (axis.column.kind === 'category') return [Math.ceil(low - 0.35), Math.floor(high + 0.35)]
  const { fullRange } = axis.column
  return [
    fullRange && bottom >= axis.bottom ? Math.min(low, fullRange[0]) : low,
    fullRange && top <= axis.top ? Math.max(high, fullRange[1]) : high,
  ]
}

/** Heights of a range's ends: the upper one first. */
export function yRange(axis: Axis, [low, high]: Range): [number, number] {
  const half = axis.column.kind === 'category' ? 0.45 : 0
  return [yOf(axis, high + half), yOf(axis, low - half)]
}

/** All lines, row after row: the heights at each axis. */
export function heights(axes: readonly Axis[], rows: number): Float32Array {
  const ys = new Float32Array(rows * axes.length)
  axes.forEach((axis, a) => {
    const { values } = axis.column
    for (let row = 0; row < rows; row++) ys[row * axes.length + a] = yOf(axis, values[row]!)
  })
  return ys
}

export interface Layout {
  readonly axes: readonly Axis[]
  /** Row after row: the heights at each axis. */
  readonly ys: Float32Array
}

/** Places everything for the size that is asked for; the last result is cached, since layers and pointers ask often. */
export function layoutOf(
  columns: readonly Column[],
  rows: number,
): (size: { readonly width: number; readonly height: number }) => Layout {
  let last: (Layout & { readonly width: number; readonly height: number }) | undefined
  return ({ width, height }) => {
    if (last?.width === width && last.height === height) return last
    const axes = layoutAxes(columns, width, height)
    last = { width, height, axes, ys: heights(axes, rows) }
    return last
  }
}

/** The row whose line passes nearest to a point, within `within` pixels; undefined when none does. */
export function nearestRow(
  { axes, ys }: Layout,
  mask: Uint8Array,
  x: number,
  y: number,
  within = 12,
): number | undefined {
  const count = axes.length
  let a = 0
  while (a < count - 2 && x > axes[a + 1]!.x) a++
  const [left, right] = [axes[a], axes[Math.min(a + 1, count - 1)]]
  if (!left || !right) return undefined
  const share = right.x === left.x ? 0 : Math.max(0, Math.min(1, (x - left.x) / (right.x - left.x)))
  let nearest: number | undefined
  let best = within
  for (let row = 0; row < mask.length; row++) {
    if (mask[row] === 0) continue
    const from = ys[row * count + a]!
    const distance = Math.abs(from + share * (ys[row * count + Math.min(a + 1, count - 1)]! - from) - y)
    if (distance < best) {
      best = distance
      nearest = row
    }
  }
  return nearest
}

/** Rows by shade, so that each shade is one stroke; the best last, on top. Rows without a value come in a group of their own. */
export function rowsByColor(
  shade: Float64Array,
  mask: Uint8Array,
  steps: number,
  most: number,
): { rows: number[][]; unvalued: number[] } {
  const rows: number[][] = Array.from({ length: steps }, () => [])
  const unvalued: number[] = []
  let passing = 0
  for (const on of mask) passing += on
  // During a brush only a sample is drawn, which always has the best.
  const stride = Math.max(1, Math.ceil(passing / most))
  let seen = 0
  for (let row = 0; row < mask.length; row++) {
    if (mask[row] === 0) continue
    const quality = shade[row]!
    if (seen++ % stride !== 0 && !(quality > 0.98)) continue
    if (Number.isNaN(quality)) unvalued.push(row)
    else rows[Math.round(quality * (steps - 1))]!.push(row)
  }
  return { rows, unvalued }
}
