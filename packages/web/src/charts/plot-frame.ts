import type { Size } from './figure.tsx'
import type { Scale } from './scale.ts'
import { type Surface, truncated, truncatedInside } from './surface.ts'
import type { Theme } from './theme.ts'

/** Margins around the area of a plot, in px. */
export const PLOT = { top: 22, right: 18, bottom: 40, left: 54 } as const

/** Keeps points 2% off the edges. */
export const inset = (position: number) => 0.02 + 0.96 * position

interface Axes {
  readonly x: Scale
  readonly y: Scale
  readonly xName: string
  readonly yName: string
  /** Number of categories on the x axis: all of their labels are shown. */
  readonly bands?: number
}

/** Draws grid lines, ticks and axis names. */
export function frame(
  surface: Surface,
  { width, height }: Size,
  theme: Theme,
  { x, y, xName, yName, bands }: Axes,
): void {
  const [right, bottom] = [width - PLOT.right, height - PLOT.bottom]
  for (const { value, text } of y.ticks) {
    const at = bottom - inset(y.at(value)) * (bottom - PLOT.top)
    surface.lines([[PLOT.left, at, right, at]], { color: theme.line, width: 1 })
    surface.text(PLOT.left - 7, at, truncated(surface, text, PLOT.left - 9), {
      color: theme.muted,
      size: 11,
      align: 'end',
    })
  }
  const lines = bands === undefined ? 1 : drawCategories(surface, x, theme, bands, right, bottom)
  if (bands === undefined) drawTicks(surface, x, theme, right, bottom)
  surface.lines([[PLOT.left, bottom, right, bottom]], { color: theme.muted, width: 1 })
  if (lines === 1)
    surface.text((PLOT.left + right) / 2, height - 8, truncated(surface, xName, right - PLOT.left), {
      color: theme.muted,
      size: 11.5,
      bold: true,
      align: 'middle',
    })
  surface.text(6, 8, truncated(surface, yName, width * 0.6), { color: theme.muted, size: 11.5, bold: true })
}

function drawTicks(surface: Surface, x: Scale, theme: Theme, right: number, bottom: number): void {
  let last = Number.NEGATIVE_INFINITY
  for (const { value, text } of x.ticks) {
    const at = PLOT.left + inset(x.at(value)) * (right - PLOT.left)
    const label = truncated(surface, text, 110)
    const half = surface.measure(label, 11) / 2
    if (at - half < last + 8) continue
    last = at + half
    surface.lines([[at, bottom, at, bottom + 4]], { color: theme.muted, width: 1 })
    surface.text(at, bottom + 12, label, { color: theme.muted, size: 11, align: 'middle' })
  }
}

/** Labels on up to three lines in turn, so that each has room; the name of the axis gives way. Returns the number of lines. */
function drawCategories(
  surface: Surface,
  x: Scale,
  theme: Theme,
  bands: number,
  right: number,
  bottom: number,
): number {
  const band = (right - PLOT.left) / bands
  const size = bands > 12 ? 9 : 10.5
  const widest = x.ticks.reduce((most, { text }) => Math.max(most, surface.measure(text, size) + 8), 0)
  const lines = Math.max(1, Math.min(3, Math.ceil(widest / band)))
  for (const [i, { value, text }] of x.ticks.entries()) {
    const at = PLOT.left + inset(x.at(value)) * (right - PLOT.left)
    const line = i % lines
    const below = bottom + 11 + line * 11
    surface.lines([[at, bottom, at, below - 6]], { color: theme.line, width: 1 })
    const label = truncatedInside(surface, text, lines * band - 6, size)
    // Those at the ends stay in the picture.
    const half = surface.measure(label, size) / 2
    const shifted = Math.max(half + 2, Math.min(right + PLOT.right - half - 2, at))
    surface.text(shifted, below, label, { color: theme.muted, size, align: 'middle', halo: theme.surface })
  }
  return lines
}
