/** Estimated values on a regular grid. */
export interface Grid {
  readonly columns: number
  readonly rows: number
  /** Row-major, from y = 0 up; NaN where there is no point nearby. */
  readonly values: Float64Array
}

interface Point {
  /** 0 to 1. */
  readonly x: number
  readonly y: number
  readonly value: number
}

/** Bandwidth for 100 points, as a fraction of the axis; scaled by n^(-1/6) (Scott 1992, two dimensions). */
const BANDWIDTH = 0.11
/** Minimum total weight of a cell. */
const MIN_WEIGHT = 0.05
/** Points are subsampled above this number, for speed. */
const MAX_POINTS = 1_500

/** Nadaraya–Watson regression with a Gaussian kernel (Nadaraya 1964, Watson 1964). */
export function kernelRegression(points: readonly Point[], columns: number, rows: number): Grid {
  const stride = Math.max(1, Math.ceil(points.length / MAX_POINTS))
  const used = points.filter((_, i) => i % stride === 0)
  const width = BANDWIDTH * (100 / Math.max(20, used.length)) ** (1 / 6)
  const values = new Float64Array(columns * rows).fill(Number.NaN)
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const [x, y] = [(column + 0.5) / columns, (row + 0.5) / rows]
      let sum = 0
      let total = 0
      for (const point of used) {
        const exponent = ((point.x - x) ** 2 + (point.y - y) ** 2) / (2 * width * width)
        if (exponent > 8) continue
        const weight = Math.exp(-exponent)
        sum += weight * point.value
        total += weight
      }
      if (total > MIN_WEIGHT) values[row * columns + column] = sum / total
    }
  return { columns, rows, values }
}

/** Line segments (x1, y1, x2, y2 in 0 to 1) of the isoline at `level`, by marching squares. */
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
        const fraction = a / (a - b)
        crossings.push([
          px(from[0]) + fraction * (px(to[0]) - px(from[0])),
          py(from[1]) + fraction * (py(to[1]) - py(from[1])),
        ])
      }
      for (let i = 0; i + 1 < crossings.length; i += 2) lines.push([...crossings[i]!, ...crossings[i + 1]!])
    }
  return lines
}
