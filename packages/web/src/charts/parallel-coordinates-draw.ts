import type { ColorEncoding } from '../model/color-encoding.ts'
import type { Range } from '../model/filter.ts'
import { type Axis, yOf, yRange } from './parallel-coordinates-layout.ts'
import { type Surface, truncated, truncatedInside } from './surface.ts'
import { colorOf, type Theme } from './theme.ts'

/** Number of emphasized lines. */
const BEST_LINES = 3
/** Width and steps of the color ramp beside an axis. */
const RAMP_PX = 7
const RAMP_STEPS = 64

export function drawLines(
  surface: Surface,
  axes: readonly Axis[],
  ys: Float32Array,
  rows: readonly number[],
  color: string,
  width: number,
  alpha: number,
  dash: readonly number[] = [],
): void {
  if (rows.length === 0) return
  const count = axes.length
  const paths = rows.map((row) => {
    const path = new Float32Array(count * 2)
    for (let a = 0; a < count; a++) {
      path[2 * a] = axes[a]!.x
      path[2 * a + 1] = ys[row * count + a]!
    }
    return path
  })
  surface.lines(paths, { color, width, alpha, dash })
}

export function drawHovered(
  surface: Surface,
  axes: readonly Axis[],
  ys: Float32Array,
  row: number,
  theme: Theme,
): void {
  drawLines(surface, axes, ys, [row], theme.surface, 5, 0.9)
  drawLines(surface, axes, ys, [row], theme.hover, 2.5, 1)
  for (const axis of axes) {
    const value = axis.column.values[row]!
    if (Number.isNaN(value)) continue
    surface.circles([[axis.x, yOf(axis, value)]], 3.5, { fill: theme.hover, stroke: theme.surface })
  }
}

export function drawAxis(
  surface: Surface,
  axis: Axis,
  theme: Theme,
  objective: boolean,
  range: Range | undefined,
): void {
  const { x, top, bottom, column, scale } = axis
  surface.lines([[x, top, x, bottom]], {
    color: objective ? theme.text : theme.muted,
    width: objective ? 1.5 : 1,
  })
  const name = truncated(surface, column.name, axis.maxNameWidth, 12, true)
  surface.text(x, axis.nameY, name, { color: theme.text, size: 12, bold: true, align: 'middle' })
  const side = objective ? 1 : -1
  const labelOffset = objective ? RAMP_PX + 9 : 8
  const spacing = (bottom - top) / Math.max(1, scale.ticks.length)
  const labelSize = column.kind === 'category' ? Math.max(6, Math.min(11, spacing - 1)) : 11
  let last = Number.POSITIVE_INFINITY
  for (const { value, text } of scale.ticks) {
    const y = yOf(axis, value)
    // Labels of categories are all shown, smaller when there are many; numbers between two ticks can be guessed.
    if (last - y < (column.kind === 'category' ? 0 : 13)) continue
    last = y
    surface.lines([[x, y, x + side * 5, y]], { color: theme.muted, width: 1 })
    const label = (column.kind === 'category' ? truncatedInside : truncated)(
      surface,
      text,
      axis.maxLabelWidth,
      labelSize,
    )
    // A truncated number would be a wrong number.
    if (label !== text && column.kind === 'number') continue
    const labelWidth = surface.measure(label, labelSize) + 6
    // Background for labels over lines.
    surface.rect(
      objective ? x + labelOffset - 3 : x - labelOffset + 3 - labelWidth,
      y - 7.5,
      labelWidth,
      15,
      {
        fill: theme.surface,
        alpha: 0.86,
      },
    )
    surface.text(x + side * labelOffset, y, label, {
      color: theme.text,
      size: labelSize,
      align: objective ? 'start' : 'end',
    })
  }
  if (!range) return
  const [high, low] = yRange(axis, range)
  surface.rect(x - 7, high, 14, Math.max(2, low - high), { fill: theme.accent, alpha: 0.25 })
  surface.lines(
    [
      [x - 8, high, x + 8, high],
      [x - 8, low, x + 8, low],
    ],
    { color: theme.accent, width: 2.5 },
  )
}

/** The color ramp along the axis of the color column. */
export function drawRamp(
  surface: Surface,
  axis: Axis,
  theme: Theme,
  colorBy: ColorEncoding,
  objective: boolean,
): void {
  const { x, top, bottom, scale } = axis
  const stepHeight = (bottom - top) / RAMP_STEPS
  for (let i = 0; i < RAMP_STEPS; i++) {
    const position = colorBy.at(scale.value((i + 0.5) / RAMP_STEPS))
    if (Number.isNaN(position)) continue
    surface.rect(
      objective ? x + 1 : x - RAMP_PX / 2,
      bottom - (i + 1) * stepHeight,
      RAMP_PX,
      stepHeight + 0.5,
      {
        fill: colorOf(theme, colorBy, position),
      },
    )
  }
}

/** Rows to emphasize: the best in the mask, the very best last. */
export function bestOf(worstFirst: Int32Array, mask: Uint8Array): number[] {
  const count = Math.min(BEST_LINES, Math.ceil(worstFirst.length / 10))
  const best: number[] = []
  for (let i = worstFirst.length - 1; i >= 0 && best.length < count; i--)
    if (mask[worstFirst[i]!] === 1) best.push(worstFirst[i]!)
  return best.reverse()
}
