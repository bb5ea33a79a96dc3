import type { Range } from '../model/filter.ts'
import type { Column } from '../model/trial-table.ts'
import { columnScale, type Scale } from './scale.ts'

/** A vertical axis; values increase from `bottom` to `top`. */
export interface Axis {
  readonly column: Column
  readonly scale: Scale
  readonly x: number
  readonly top: number
  readonly bottom: number
  /** Position of the name, and maximum widths of name and tick labels. */
  readonly nameY: number
  readonly maxNameWidth: number
  readonly maxLabelWidth: number
}

/** Narrower on phones, so that all axes of a typical sweep fit, including the objective. */
const MARGINS = {
  wide: { left: 64, right: 72 },
  narrow: { left: 46, right: 54 },
} as const
const NARROW_PX = 520
const TOP_PX = 34
const BOTTOM_PX = 26
/** Below this distance between axes their names alternate between two lines. */
const STAGGER_BELOW_PX = 96
const LINE_PX = 15
/** Minimum distance between axes for touch. */
const MIN_AXIS_DISTANCE_PX = 38

/** Minimum width of the chart; it scrolls below that. */
export const minWidthFor = (axes: number): number =>
  MARGINS.narrow.left + MARGINS.narrow.right + (axes - 1) * MIN_AXIS_DISTANCE_PX

/** Lines with a missing value cross an axis this far below its end. */
const MISSING_BELOW = 16

export function layoutAxes(columns: readonly Column[], width: number, height: number): Axis[] {
  const { left, right } = width < NARROW_PX ? MARGINS.narrow : MARGINS.wide
  const plotWidth = Math.max(1, width - left - right)
  const last = columns.length - 1
  const distance = last === 0 ? plotWidth : plotWidth / last
  const staggered = distance < STAGGER_BELOW_PX
  const top = TOP_PX + (staggered ? LINE_PX : 0)
  const bottom = height - BOTTOM_PX
  return columns.map((column, i) => ({
    column,
    scale: columnScale(column, Math.floor((bottom - top) / 44)),
    x: left + (last === 0 ? plotWidth / 2 : i * distance),
    top,
    bottom,
    // The name of the objective is always on the lower line.
    nameY: top - 20 - (staggered && (last - i) % 2 === 1 ? LINE_PX : 0),
    maxNameWidth: Math.min(
      (staggered ? 2 : 1) * distance - 12,
      180,
      ...(i === 0 ? [2 * left] : []),
      ...(i === last ? [2 * right] : []),
    ),
    maxLabelWidth:
      i === last ? right - 12 : Math.min(120, Math.max(0.6 * (distance - 12), Math.min(44, distance - 8))),
  }))
}

export const yOf = (axis: Axis, value: number): number => {
  const position = axis.scale.at(value)
  return Number.isFinite(position)
    ? axis.bottom - Math.max(-0.02, Math.min(1.02, position)) * (axis.bottom - axis.top)
    : axis.bottom + MISSING_BELOW
}

export const valueAtY = (axis: Axis, y: number): number =>
  axis.scale.value(Math.max(0, Math.min(1, (axis.bottom - y) / (axis.bottom - axis.top))))

/** The range between two y positions; whole labels of a category. A brush up to an end of the axis includes the outliers beyond it. */
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

/** y positions of a range, top first. */
export function yRange(axis: Axis, [low, high]: Range): [number, number] {
  const half = axis.column.kind === 'category' ? 0.45 : 0
  return [yOf(axis, high + half), yOf(axis, low - half)]
}

/** y positions of all lines, row-major by axis. */
export function lineYs(axes: readonly Axis[], rows: number): Float32Array {
  const ys = new Float32Array(rows * axes.length)
  axes.forEach((axis, a) => {
    const { values } = axis.column
    for (let row = 0; row < rows; row++) ys[row * axes.length + a] = yOf(axis, values[row]!)
  })
  return ys
}

export interface Layout {
  readonly axes: readonly Axis[]
  /** y positions, row-major by axis. */
  readonly ys: Float32Array
}

/** Layout by size. The last result is cached, because layers and pointer events read it often. */
export function layoutOf(
  columns: readonly Column[],
  rows: number,
): (size: { readonly width: number; readonly height: number }) => Layout {
  let last: (Layout & { readonly width: number; readonly height: number }) | undefined
  return ({ width, height }) => {
    if (last?.width === width && last.height === height) return last
    const axes = layoutAxes(columns, width, height)
    last = { width, height, axes, ys: lineYs(axes, rows) }
    return last
  }
}

/** The row of the line that is vertically nearest to a point, within `maxDistance` pixels. */
export function nearestRow(
  { axes, ys }: Layout,
  mask: Uint8Array,
  x: number,
  y: number,
  maxDistance = 12,
): number | undefined {
  const count = axes.length
  let a = 0
  while (a < count - 2 && x > axes[a + 1]!.x) a++
  const [left, right] = [axes[a], axes[Math.min(a + 1, count - 1)]]
  if (!left || !right) return undefined
  const fraction = right.x === left.x ? 0 : Math.max(0, Math.min(1, (x - left.x) / (right.x - left.x)))
  let nearest: number | undefined
  let best = maxDistance
  for (let row = 0; row < mask.length; row++) {
    if (mask[row] === 0) continue
    const from = ys[row * count + a]!
    const distance = Math.abs(from + fraction * (ys[row * count + Math.min(a + 1, count - 1)]! - from) - y)
    if (distance < best) {
      best = distance
      nearest = row
    }
  }
  return nearest
}

/** Groups rows by color step, the best last (on top); rows without a value are a separate group. */
export function rowsByColor(
  positions: Float64Array,
  mask: Uint8Array,
  steps: number,
  maxLines: number,
): { rows: number[][]; unvalued: number[] } {
  const rows: number[][] = Array.from({ length: steps }, () => [])
  const unvalued: number[] = []
  let passing = 0
  for (const on of mask) passing += on
  // Subsamples while brushing, but always includes the best.
  const stride = Math.max(1, Math.ceil(passing / maxLines))
  let index = 0
  for (let row = 0; row < mask.length; row++) {
    if (mask[row] === 0) continue
    const position = positions[row]!
    if (index++ % stride !== 0 && !(position > 0.98)) continue
    if (Number.isNaN(position)) unvalued.push(row)
    else rows[Math.round(position * (steps - 1))]!.push(row)
  }
  return { rows, unvalued }
}
