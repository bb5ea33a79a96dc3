/** What a value looks like between the points where it is known. */
export interface Grid {
  readonly columns: number
  readonly rows: number
  /** Row after row from y = 0 up; NaN where no point is near. */
  readonly values: Float64Array
}

interface Point {
  /** 0 to 1. */
  readonly x: number
  readonly y: number
  readonly value: number
}

/** Neighbourhood of a point, as a share of the axis, with a hundred points; narrower with more. */
const WIDTH = 0.11
/** Less weight than this within reach is a guess. */
const FAINT = 0.05
/** More points make the picture slower, not truer. */
const MOST = 1_500

/** Means of the values near each cell, weighted by a bell curve (Nadaraya 1964, Watson 1964). */
export function kernelRegression(points: readonly Point[], columns: number, rows: number): Grid {
  const stride = Math.max(1, Math.ceil(points.length / MOST))
  const used = points.filter((_, i) => i % stride === 0)
  const width = WIDTH * (100 / Math.max(20, used.length)) ** (1 / 6)
  const values = new Float64Array(columns * rows).fill(Number.NaN)
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const [x, y] = [(column + 0.5) / columns, (row + 0.5) / rows]
      let sum = 0
      let total = 0
      for (const point of used) {
        const far = ((point.x - x) ** 2 + (point.y - y) ** 2) / (2 * width * width)
        if (far > 8) continue
        const weight = Math.exp(-far)
        sum += weight * point.value
        total += weight
      }
      if (total > FAINT) values[row * columns + column] = sum / total
    }
  return { columns, rows, values }
}

/** Straight pieces (x1, y1, x2, y2 in 0 to 1) along which the landscape is at `level`, by marching squares. */
export function isolines({ columns, rows, values }: Grid, level: number): number[][] {
  const lines: number[][] = []
  const at = (column: number, row: number) => values[row * columns + column]!
  const px = (column: number) => (column + 0.5) / columns
  const py = (row: number) => (row + 0.5) / rows
  for (let row = 0; row + 1 < rows; row++)
    for (let column = 0; column + 1 < columns; column++) {
      const corners = [
        [column, row],
        [column + 1, row],
        [column + 1, row + 1],
        [column, row + 1],
      ] as const
      const heights = corners.map(([c, r]) => at(c, r) - level)
      if (heights.some(Number.isNaN)) continue
      const crossings: [number, number][] = []
      for (let side = 0; side < 4; side++) {
        const [a, b] = [heights[side]!, heights[(side + 1) % 4]!]
        if (a < 0 === b < 0) continue
        const [from, to] = [corners[side]!, corners[(side + 1) % 4]!]
        const share = a / (a - b)
        crossings.push([
          px(from[0]) + share * (px(to[0]) - px(from[0])),
          py(from[1]) + share * (py(to[1]) - py(from[1])),
        ])
      }
      for (let i = 0; i + 1 < crossings.length; i += 2) lines.push([...crossings[i]!, ...crossings[i + 1]!])
    }
  return lines
}
