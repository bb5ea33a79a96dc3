/** A drawing backend: canvas on the page, SVG for export. Lengths in CSS pixels. */
export interface Surface {
  /** Polylines as x, y, x, y…; NaN is a gap. */
  lines(paths: readonly ArrayLike<number>[], style: LineStyle): void
  area(path: ArrayLike<number>, color: string, alpha?: number): void
  circles(
    centers: readonly (readonly [number, number])[],
    radius: number,
    style: { fill?: string; stroke?: string; alpha?: number; width?: number },
  ): void
  /** Thousands of small discs: faster than `circles`. */
  points(points: PointCloud): void
  rect(
    x: number,
    y: number,
    width: number,
    height: number,
    style: { fill?: string; stroke?: string; alpha?: number },
  ): void
  text(x: number, y: number, text: string, style: TextStyle): void
  /** Text width at a font size. */
  measure(text: string, size: number, bold?: boolean): number
  /** Clips what `draw` draws to the rectangle. */
  clip(x: number, y: number, width: number, height: number, draw: () => void): void
}

export interface PointCloud {
  /** Later groups are on top. Centers as x, y, x, y… */
  readonly groups: readonly { readonly centers: readonly number[]; readonly color: string }[]
  readonly radius: number
  /** Outline that separates overlapping discs. */
  readonly ring?: { readonly color: string; readonly width: number }
  /** Opacity of the whole layer: overlaps are not darker. */
  readonly alpha?: number
}

export interface LineStyle {
  readonly color: string
  readonly width: number
  readonly alpha?: number
  readonly dash?: readonly number[]
}

export interface TextStyle {
  readonly color: string
  readonly size: number
  readonly bold?: boolean
  readonly align?: 'start' | 'middle' | 'end'
  readonly baseline?: 'top' | 'middle' | 'bottom'
  /** Outline color, for text over lines. */
  readonly halo?: string
}

export const FONT = 'Inter, system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif'

/** Truncates the text with an ellipsis to `maxWidth`. */
export function truncated(
  surface: Surface,
  text: string,
  maxWidth: number,
  size = 11.5,
  bold = false,
): string {
  if (surface.measure(text, size, bold) <= maxWidth) return text
  let length = text.length - 1
  while (length > 1 && surface.measure(`${text.slice(0, length)}…`, size, bold) > maxWidth) length--
  return `${text.slice(0, length)}…`
}

/** As {@link truncated}, but keeps the end too: paths and versions differ there. */
export function truncatedInside(surface: Surface, text: string, maxWidth: number, size = 11.5): string {
  if (surface.measure(text, size) <= maxWidth) return text
  for (let kept = text.length - 1; kept > 1; kept--) {
    const head = Math.floor(kept * HEAD_SHARE)
    const short = `${text.slice(0, head)}…${text.slice(text.length - (kept - head))}`
    if (surface.measure(short, size) <= maxWidth) return short
  }
  return '…'
}

const HEAD_SHARE = 0.35
