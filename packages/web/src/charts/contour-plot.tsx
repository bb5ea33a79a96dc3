import { ticks } from 'd3-array'
import { memo, type ReactNode, useMemo } from 'react'
import { formatNumber } from '../model/format.ts'
import { isolines, kernelRegression } from '../model/kernel-regression.ts'
import type { Column, TrialTable } from '../model/trial-table.ts'
import { type Draw, Figure, type Size } from './figure.tsx'
import { frame, PLOT } from './plot-frame.ts'
import { pointerHandlers } from './pointer-handlers.ts'
import { RampLegend } from './ramp-legend.tsx'
import { columnScale } from './scale.ts'
import { truncated } from './surface.ts'
import { rampColor } from './theme.ts'

interface Props {
  readonly table: TrialTable
  readonly x: Column
  readonly y: Column
  readonly mask: Uint8Array
  readonly hovered: number | undefined
  readonly onHover: (row: number | undefined) => void
  readonly onOpen: (row: number) => void
  readonly tools: ReactNode
}

const HEIGHT = 400
const CELLS = 44
const LEVELS = 8
const LEGEND_PX = 74
const HOVER_RADIUS_PX = 14
/** No dots above this number of trials: they would hide the plot. */
const MAX_DOTS = 1_500
/** Minimum number of trials. */
const MIN_TRIALS = 6

/** Smoothed objective over two parameters, as a heatmap with isolines. */
export const ContourPlot = memo(function ContourPlot({
  table,
  x,
  y,
  mask,
  hovered,
  onHover,
  onOpen,
  tools,
}: Props) {
  const rows = useMemo(
    () =>
      [...table.worstFirst].filter(
        (row) => mask[row] === 1 && Number.isFinite(x.values[row]) && Number.isFinite(y.values[row]),
      ),
    [table, mask, x, y],
  )
  const contours = useMemo(() => {
    const [xScale, yScale] = [columnScale(x, 6), columnScale(y, 6)]
    const limit = clampTo(table)
    const points = rows.map((row) => ({
      x: xScale.at(x.values[row]!),
      y: yScale.at(y.values[row]!),
      value: limit(table.value.values[row]!),
    }))
    const grid = kernelRegression(points, CELLS, CELLS)
    const known = grid.values.filter(Number.isFinite)
    const [low, high] = [Math.min(...known), Math.max(...known)]
    const levels = ticks(low, high, LEVELS).filter((level) => level > low && level < high)
    return { grid, low, high, levels, lines: levels.map((level) => isolines(grid, level)) }
  }, [table, x, y, rows])

  const heatmap = useMemo<Draw>(
    () => (surface, size, theme) => {
      const { grid, low, high, levels, lines } = contours
      const pixelOf = toPixels(size)
      const box = boxOf(size)
      const rampPosition = (value: number) => {
        const fraction = high === low ? 0.5 : (value - low) / (high - low)
        return table.goal === 'maximize' ? fraction : 1 - fraction
      }
      const [cellWidth, cellHeight] = [(0.96 * box.width) / grid.columns, (0.96 * box.height) / grid.rows]
      for (let row = 0; row < grid.rows; row++)
        for (let column = 0; column < grid.columns; column++) {
          const value = grid.values[row * grid.columns + column]!
          if (Number.isNaN(value)) continue
          const [left, top] = pixelOf(column / grid.columns, (row + 1) / grid.rows)
          // Overlap avoids seams between cells.
          surface.rect(left, top, cellWidth + 0.6, cellHeight + 0.6, {
            fill: rampColor(theme, rampPosition(value)),
          })
        }
      for (const segments of lines)
        surface.lines(
          segments.map(([x1, y1, x2, y2]) => [...pixelOf(x1!, y1!), ...pixelOf(x2!, y2!)]),
          { color: theme.surface, width: 1, alpha: 0.65 },
        )
      frame(surface, { ...size, width: size.width - LEGEND_PX }, theme, {
        x: columnScale(x, Math.max(2, Math.floor(box.width / 90))),
        y: columnScale(y, Math.max(2, Math.floor(box.height / 46))),
        xName: x.name,
        yName: y.name,
        ...(x.kind === 'category' && { bands: x.labels.length }),
      })
      const right = size.width - LEGEND_PX + 8
      const bars = 40
      for (let i = 0; i < bars; i++) {
        const value = low + ((i + 0.5) / bars) * (high - low)
        surface.rect(right, box.top + box.height * (1 - (i + 1) / bars), 12, box.height / bars + 0.6, {
          fill: rampColor(theme, rampPosition(value)),
        })
      }
      for (const level of levels) {
        const at = box.top + box.height * (1 - (level - low) / (high - low))
        surface.text(right + 17, at, formatNumber(level, 4), { color: theme.muted, size: 11 })
      }
      surface.text(right, 8, truncated(surface, table.value.name, LEGEND_PX - 8), {
        color: theme.muted,
        size: 11.5,
        bold: true,
      })
      if (rows.length <= MAX_DOTS)
        surface.circles(rows.map(pointsIn(x, y, size)), 2.4, {
          fill: theme.text,
          stroke: theme.surface,
          width: 0.8,
          alpha: 0.75,
        })
    },
    [contours, table, x, y, rows],
  )
  const highlight = useMemo<Draw>(
    () => (surface, size, theme) => {
      const best = rows[rows.length - 1]
      if (best !== undefined)
        surface.circles([pointsIn(x, y, size)(best)], 6.5, { stroke: theme.warn, width: 2.5 })
      if (hovered === undefined || hovered >= table.trials.length) return
      const point = pointsIn(x, y, size)(hovered)
      if (point.every(Number.isFinite))
        surface.circles([point], 5.5, { fill: theme.hover, stroke: theme.surface, width: 2 })
    },
    [table, x, y, rows, hovered],
  )
  return (
    <Figure
      title="Contour"
      hint={
        <>
          Smoothed mean, <RampLegend name={table.value.name} low="worse" high="better" /> · ring: best trial
        </>
      }
      summary={`${table.value.name} over ${x.name} and ${y.name} of ${rows.length} trials.`}
      height={HEIGHT}
      layers={[heatmap, highlight]}
      tools={tools}
      {...(rows.length < MIN_TRIALS && {
        empty: <p className="empty">Needs {MIN_TRIALS} trials with a value.</p>,
      })}
    >
      {(size) => (
        <div
          className="plot-area"
          {...pointerHandlers({
            rowAt: (px, py) => nearestRow(rows, x, y, size, px, py),
            hovered,
            onHover,
            onOpen,
          })}
        />
      )}
    </Figure>
  )
})

/** Clamps outliers, which would compress the color scale. */
const clampTo =
  ({ value: { min, max, fullRange } }: TrialTable) =>
  (value: number): number =>
    fullRange ? Math.max(min, Math.min(max, value)) : value

const boxOf = ({ width, height }: Size) => ({
  left: PLOT.left,
  top: PLOT.top,
  width: width - LEGEND_PX - PLOT.left - PLOT.right,
  height: height - PLOT.top - PLOT.bottom,
})

/** Maps axis positions (0 to 1) to pixels, with the inset of the frame. */
const toPixels =
  (size: Size) =>
  (x: number, y: number): [number, number] => {
    const box = boxOf(size)
    return [box.left + (0.02 + 0.96 * x) * box.width, box.top + box.height - (0.02 + 0.96 * y) * box.height]
  }

/** Pixel position of a row. */
function pointsIn(x: Column, y: Column, size: Size): (row: number) => [number, number] {
  const [xScale, yScale, pixelOf] = [columnScale(x, 2), columnScale(y, 2), toPixels(size)]
  return (row) => pixelOf(xScale.at(x.values[row]!), yScale.at(y.values[row]!))
}

function nearestRow(
  rows: readonly number[],
  x: Column,
  y: Column,
  size: Size,
  atX: number,
  atY: number,
): number | undefined {
  const point = pointsIn(x, y, size)
  let best = HOVER_RADIUS_PX ** 2
  let found: number | undefined
  for (const row of rows) {
    const [px, py] = point(row)
    const distance = (px - atX) ** 2 + (py - atY) ** 2
    if (distance < best) {
      best = distance
      found = row
    }
  }
  return found
}
