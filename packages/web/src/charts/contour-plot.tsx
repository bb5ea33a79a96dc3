import { memo, type ReactNode, useMemo } from 'react'
import { formatNumber } from '../model/format.ts'
import { isolines, kernelRegression } from '../model/kernel-regression.ts'
import type { Column, TrialTable } from '../model/trial-table.ts'
import { type Draw, Figure, type Size } from './figure.tsx'
import { pointerHandlers } from './pointer-handlers.ts'
import { RampLegend } from './ramp-legend.tsx'
import { columnScale, linearTicks } from './scale.ts'
import { frame, PLOT } from './scatter-plot.tsx'
import { fitted } from './surface.ts'
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
const NEAR_PX = 14
/** From so many trials on their points would hide the landscape. */
const MANY = 1_500
/** Fewer values make no landscape. */
const ENOUGH = 6

/** What the objective looks like over two parameters: means of the trials near each place, with lines of equal value. */
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
  const drawn = useMemo(() => {
    const [xScale, yScale] = [columnScale(x, 6), columnScale(y, 6)]
    const limit = clampTo(table)
    const points = rows.map((row) => ({
      x: xScale.at(x.values[row]!),
      y: yScale.at(y.values[row]!),
      value: limit(table.value.values[row]!),
    }))
    const land = kernelRegression(points, CELLS, CELLS)
    const known = land.values.filter(Number.isFinite)
    const [low, high] = [Math.min(...known), Math.max(...known)]
    const levels = linearTicks(low, high, LEVELS).filter((level) => level > low && level < high)
    return { land, low, high, levels, lines: levels.map((level) => isolines(land, level)) }
  }, [table, x, y, rows])

  const ground = useMemo<Draw>(
    () => (surface, size, theme) => {
      const { land, low, high, levels, lines } = drawn
      const place = placeIn(size)
      const box = boxOf(size)
      const shade = (value: number) => {
        const share = high === low ? 0.5 : (value - low) / (high - low)
        return table.goal === 'maximize' ? share : 1 - share
      }
      const [wide, tall] = [(0.96 * box.width) / land.columns, (0.96 * box.height) / land.rows]
      for (let row = 0; row < land.rows; row++)
        for (let column = 0; column < land.columns; column++) {
          const value = land.values[row * land.columns + column]!
          if (Number.isNaN(value)) continue
          const [left, top] = place(column / land.columns, (row + 1) / land.rows)
          // A little over the edge, so that no seams show.
          surface.rect(left, top, wide + 0.6, tall + 0.6, { fill: rampColor(theme, shade(value)) })
        }
      for (const pieces of lines)
        surface.lines(
          pieces.map(([x1, y1, x2, y2]) => [...place(x1!, y1!), ...place(x2!, y2!)]),
          { color: theme.surface, width: 1, alpha: 0.65 },
        )
      frame(surface, { ...size, width: size.width - LEGEND_PX }, theme, {
        x: columnScale(x, Math.max(2, Math.floor(box.width / 90))),
        y: columnScale(y, Math.max(2, Math.floor(box.height / 46))),
        xName: x.name,
        yName: y.name,
      })
      const right = size.width - LEGEND_PX + 8
      const bars = 40
      for (let i = 0; i < bars; i++) {
        const value = low + ((i + 0.5) / bars) * (high - low)
        surface.rect(right, box.top + box.height * (1 - (i + 1) / bars), 12, box.height / bars + 0.6, {
          fill: rampColor(theme, shade(value)),
        })
      }
      for (const level of levels) {
        const at = box.top + box.height * (1 - (level - low) / (high - low))
        surface.text(right + 17, at, formatNumber(level, 4), { color: theme.soft, size: 11 })
      }
      surface.text(right, 8, fitted(surface, table.value.name, LEGEND_PX - 8), {
        color: theme.soft,
        size: 11.5,
        bold: true,
      })
      if (rows.length <= MANY)
        surface.circles(rows.map(pointsIn(x, y, size)), 2.4, {
          fill: theme.text,
          stroke: theme.surface,
          width: 0.8,
          alpha: 0.75,
        })
    },
    [drawn, table, x, y, rows],
  )
  const mark = useMemo<Draw>(
    () => (surface, size, theme) => {
      const best = rows[rows.length - 1]
      if (best !== undefined)
        surface.circles([pointsIn(x, y, size)(best)], 6.5, { stroke: theme.warn, width: 2.5 })
      if (hovered === undefined || hovered >= table.trials.length) return
      const point = pointsIn(x, y, size)(hovered)
      if (point.every(Number.isFinite))
        surface.circles([point], 5.5, { fill: theme.warn, stroke: theme.surface, width: 2 })
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
      layers={[ground, mark]}
      tools={tools}
      {...(rows.length < ENOUGH && {
        empty: <p className="empty">Needs {ENOUGH} trials with a value.</p>,
      })}
    >
      {(size) => (
        <div
          className="field"
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

/** Values far off would paint everything else in one colour. */
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

/** Shares of the axes as places; as the frame draws its ticks, a little off the edges. */
const placeIn =
  (size: Size) =>
  (x: number, y: number): [number, number] => {
    const box = boxOf(size)
    return [box.left + (0.02 + 0.96 * x) * box.width, box.top + box.height - (0.02 + 0.96 * y) * box.height]
  }

/** Where the point of a row is. */
function pointsIn(x: Column, y: Column, size: Size): (row: number) => [number, number] {
  const [xScale, yScale, place] = [columnScale(x, 2), columnScale(y, 2), placeIn(size)]
  return (row) => place(xScale.at(x.values[row]!), yScale.at(y.values[row]!))
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
  let best = NEAR_PX ** 2
  let found: number | undefined
  for (const row of rows) {
    const [px, py] = point(row)
    const far = (px - atX) ** 2 + (py - atY) ** 2
    if (far < best) {
      best = far
      found = row
    }
  }
  return found
}
