import { memo, type ReactNode, useMemo, useState } from 'react'
import type { ColorEncoding } from '../model/color-encoding.ts'
import type { Column, TrialTable } from '../model/trial-table.ts'
import { type Draw, Figure, type Size } from './figure.tsx'
import { frame, inset, PLOT } from './plot-frame.ts'
import { pointerHandlers } from './pointer-handlers.ts'
import { columnScale, type Domain, numberScale, type Scale } from './scale.ts'
import { drawBest, drawDots, drawFailed, drawFront, type Positions } from './scatter-plot-draw.ts'

interface Props {
  readonly title: string
  readonly hint?: ReactNode
  readonly table: TrialTable
  readonly x: Column
  /** The objective by default. */
  readonly y?: Column
  readonly mask: Uint8Array
  readonly hovered: number | undefined
  readonly onHover: (row: number | undefined) => void
  readonly onOpen: (row: number) => void
  readonly height?: number
  /** Draws the running best as steps; for x = trial number. */
  readonly runningBest?: boolean
  /** Rows of the Pareto front, by x: highlighted and joined by steps. */
  readonly front?: readonly number[]
  readonly tools?: ReactNode
  readonly className?: string
  /** Default: the quality of the trials. */
  readonly colorBy?: ColorEncoding
}

const HOVER_RADIUS_PX = 14

/** A scatter plot of two columns of the trial table. */
export const ScatterPlot = memo(function ScatterPlot({
  title,
  hint,
  table,
  x,
  y = table.value,
  mask,
  hovered,
  onHover,
  onOpen,
  height = 250,
  runningBest = false,
  front,
  tools,
  className = '',
  colorBy,
}: Props) {
  const [focused, setFocused] = useState(false)
  const positionsAt = useMemo(() => positionsFor(table, x, y), [table, x, y])

  const dots = useMemo<Draw>(
    () => (surface, size, theme) => {
      const [xScale, yScale] = scalesOf(x, y, size)
      const positions = positionsAt(size)
      frame(surface, size, theme, {
        x: xScale,
        y: yScale,
        xName: x.name,
        yName: y.name,
        ...(x.kind === 'category' && { bands: x.labels.length }),
      })
      drawDots(surface, table, mask, positions, theme, size, colorBy, front !== undefined)
      if (runningBest) {
        drawFailed(surface, table, mask, positions, theme, size)
        drawBest(surface, table, positions, theme, size)
      }
      if (front) drawFront(surface, front, positions, theme)
    },
    [table, x, y, mask, runningBest, front, positionsAt, colorBy],
  )
  const highlight = useMemo<Draw>(
    () => (surface, size, theme) => {
      if (hovered === undefined || hovered >= table.trials.length) return
      const { xs, ys } = positionsAt(size)
      const [px, py] = [xs[hovered]!, ys[hovered]!]
      if (!Number.isFinite(px) || !Number.isFinite(py)) return
      surface.lines([[px, py, px, size.height - PLOT.bottom]], { color: theme.hover, width: 1, dash: [3, 3] })
      surface.circles([[px, py]], 5.5, { fill: theme.hover, stroke: theme.surface, width: 2 })
    },
    [table, hovered, positionsAt],
  )

  const step = (by: number) => {
    const order = rowsByX(table, x, y, mask)
    if (order.length === 0) return
    const at = hovered === undefined ? -1 : order.indexOf(hovered)
    onHover(order[(at + by + order.length) % order.length])
  }
  const count = mask.reduce((sum, on, row) => sum + (on && Number.isFinite(y.values[row]) ? 1 : 0), 0)
  return (
    <Figure
      title={title}
      hint={hint}
      className={className}
      summary={`${y.name} over ${x.name} of ${count} trials.`}
      height={height}
      layers={hovered === undefined ? [dots] : [dots, highlight]}
      tools={tools}
    >
      {(size) => (
        <div
          className="plot-area"
          role="application"
          aria-label={`Points of ${y.name} over ${x.name}: arrow keys select, Enter opens the run`}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: the keys below need the focus
          tabIndex={0}
          onFocus={() => setFocused(true)}
          onBlur={({ relatedTarget }) => {
            setFocused(false)
            // Keeps the tooltip when the focus moves to its link.
            if (!relatedTarget?.closest('.tooltip')) onHover(undefined)
          }}
          onKeyDown={(event) => {
            if (event.key === 'ArrowRight' || event.key === 'ArrowUp') step(1)
            else if (event.key === 'ArrowLeft' || event.key === 'ArrowDown') step(-1)
            else if (event.key === 'Enter' && hovered !== undefined) onOpen(hovered)
            else return
            event.preventDefault()
          }}
          {...pointerHandlers({
            rowAt: (px, py) => nearest(positionsAt(size), mask, px, py),
            hovered,
            onHover,
            onOpen,
            keep: focused,
          })}
        />
      )}
    </Figure>
  )
})

function scalesOf(
  x: Column,
  y: Domain & { readonly log?: boolean },
  { width, height }: Size,
): [Scale, Scale] {
  const tickCount = (length: number, spacing: number) => Math.max(2, Math.floor(length / spacing))
  return [
    columnScale(x, tickCount(width - PLOT.left - PLOT.right, x.log ? 55 : 90)),
    numberScale(y, y.log ?? false, tickCount(height - PLOT.top - PLOT.bottom, 46)),
  ]
}

/** Positions by size. The last result is cached, because layers and pointer events read it often. */
function positionsFor(table: TrialTable, x: Column, y: Column): (size: Size) => Positions {
  let last: { size: Size; positions: Positions } | undefined
  return (size) => {
    if (last?.size.width !== size.width || last.size.height !== size.height)
      last = { size, positions: positionsOf(table, x, y, size) }
    return last.positions
  }
}

function positionsOf(table: TrialTable, x: Column, y: Column, size: Size): Positions {
  const [xScale, yScale] = scalesOf(x, y, size)
  const plotWidth = size.width - PLOT.left - PLOT.right
  const plotHeight = size.height - PLOT.top - PLOT.bottom
  const rows = table.trials.length
  const xs = new Float32Array(rows)
  const ys = new Float32Array(rows)
  const spread = x.kind === 'category' || x.steps ? Math.min(0.5, 6 / Math.sqrt(rows + 1)) * 14 : 0
  for (let row = 0; row < rows; row++) {
    // Jitter for discrete values: a golden-ratio sequence spreads evenly and is deterministic.
    const jitter = spread === 0 ? 0 : (((row * 0.618034) % 1) - 0.5) * spread * 2
    xs[row] = PLOT.left + Math.max(0, Math.min(1, inset(xScale.at(x.values[row]!)))) * plotWidth + jitter
    const position = yScale.at(y.values[row]!)
    ys[row] = size.height - PLOT.bottom - Math.max(0, Math.min(1, inset(position))) * plotHeight
  }
  return { xs, ys }
}

function nearest({ xs, ys }: Positions, mask: Uint8Array, x: number, y: number): number | undefined {
  let best = HOVER_RADIUS_PX ** 2
  let found: number | undefined
  for (let row = 0; row < mask.length; row++) {
    if (mask[row] === 0) continue
    const distance = (xs[row]! - x) ** 2 + (ys[row]! - y) ** 2
    if (distance < best) {
      best = distance
      found = row
    }
  }
  return found
}

const rowsByX = (table: TrialTable, x: Column, y: Column, mask: Uint8Array): number[] =>
  Array.from(table.trials, (_, row) => row)
    .filter((row) => mask[row] === 1 && Number.isFinite(x.values[row]) && Number.isFinite(y.values[row]))
    .sort((a, b) => x.values[a]! - x.values[b]! || a - b)
