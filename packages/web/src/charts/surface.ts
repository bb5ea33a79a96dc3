/** What charts are drawn on: a canvas on the page, an SVG for a file. Lengths are CSS pixels. */
export interface Surface {
  /** One stroke through each path; a path is x, y, x, y… A place that is no number is a gap. */
  lines(paths: readonly ArrayLike<number>[], style: LineStyle): void
  area(path: ArrayLike<number>, color: string, alpha?: number): void
  circles(
    centers: readonly (readonly [number, number])[],
    radius: number,
    style: { fill?: string; stroke?: string; alpha?: number; width?: number },
  ): void
  /** Thousands of small discs, which are drawn much faster than circles. */
  points(points: PointCloud): void
  rect(
    x: number,
    y: number,
    width: number,
    height: number,
    style: { fill?: string; stroke?: string; alpha?: number },
  ): void
  text(x: number, y: number, text: string, style: TextStyle): void
  /** Width of a text that is drawn in `size`. */
  measure(text: string, size: number, bold?: boolean): number
  /** What is drawn within shows only inside of the rectangle. */
  clip(x: number, y: number, width: number, height: number, draw: () => void): void
}

export interface PointCloud {
  /** The last one lies on top. Centers are x, y, x, y…; colours those of the theme. */
  readonly groups: readonly { readonly centers: readonly number[]; readonly color: string }[]
  readonly radius: number
  /** Around each disc, so that it can be told from its neighbours. */
  readonly ring?: { readonly color: string; readonly width: number }
  /** Of all of them together: where they lie over each other they are no darker. */
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
  /** Drawn around the letters, so that they stay readable over lines. */
  readonly halo?: string
}

export const FONT = 'Inter, system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif'

/** The text, or as much of its beginning as there is room for. */
export function fitted(surface: Surface, text: string, room: number, size = 11.5, bold = false): string {
  if (surface.measure(text, size, bold) <= room) return text
  let length = text.length - 1
  while (length > 1 && surface.measure(`${text.slice(0, length)}…`, size, bold) > room) length--
  return `${text.slice(0, length)}…`
}
