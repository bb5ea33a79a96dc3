import { memo, type ReactNode, useMemo, useState } from 'react'
import type { ColorEncoding } from '../model/color-encoding.ts'
import { formatNumber } from '../model/format.ts'
import type { Column, TrialTable } from '../model/trial-table.ts'
import { type Draw, Figure, type Size } from './figure.tsx'
import { pointerHandlers } from './pointer-handlers.ts'
import { columnScale, type Domain, numberScale, type Scale } from './scale.ts'
import { type Surface, truncated, truncatedInside } from './surface.ts'
import { colorOf, rampColor, type Theme } from './theme.ts'

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

export const PLOT = { top: 22, right: 18, bottom: 40, left: 54 } as const
const STEPS = 24
const HOVER_RADIUS_PX = 14
/** Smaller dots above this number of trials. */
const SMALL_DOTS_ABOVE = 2_000

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

interface Positions {
  readonly xs: Float32Array
  readonly ys: Float32Array
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

/** Keeps points 2% off the edges. */
const inset = (position: number) => 0.02 + 0.96 * position

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

function drawFront(surface: Surface, front: readonly number[], { xs, ys }: Positions, theme: Theme): void {
  const path: number[] = []
  front.forEach((row, i) => {
    if (i > 0) path.push(xs[row]!, ys[front[i - 1]!]!)
    path.push(xs[row]!, ys[row]!)
  })
  surface.lines([path], { color: theme.warn, width: 2 })
  surface.circles(
    front.map((row) => [xs[row]!, ys[row]!]),
    5,
    { fill: theme.warn, stroke: theme.surface, width: 1.5 },
  )
}

function drawDots(
  surface: Surface,
  table: TrialTable,
  mask: Uint8Array,
  { xs, ys }: Positions,
  theme: Theme,
  size: Size,
  colorBy: ColorEncoding | undefined,
  plain: boolean,
): void {
  const steps = colorBy?.labels ? Math.max(2, colorBy.labels.length) : STEPS
  const groups: number[][] = Array.from({ length: steps }, () => [])
  const colors = colorBy?.rows ?? table.quality
  const filteredOut: number[] = []
  const stopped: [number, number][] = []
  const outliers: [number, number][] = []
  const { min, max, values } = table.value
  for (const row of table.worstFirst) {
    const x = xs[row]!
    if (!Number.isFinite(x)) continue
    if (mask[row] === 0) filteredOut.push(x, ys[row]!)
    else if (table.trials[row]!.state === 'stopped')
      (values[row]! < min || values[row]! > max ? outliers : stopped).push([x, ys[row]!])
    else groups[Math.round((colors[row] || 0) * (steps - 1))]!.push(x, ys[row]!)
  }
  const small = table.trials.length > SMALL_DOTS_ABOVE
  const radius = small ? 2 : table.trials.length > 300 ? 3 : 4
  surface.clip(
    PLOT.left - 6,
    0,
    size.width - PLOT.left - PLOT.right + 12,
    size.height - PLOT.bottom + 6,
    () => {
      surface.points({ groups: [{ centers: filteredOut, color: theme.faint }], radius: 2 })
      // Outliers, clamped to the edge.
      surface.circles(outliers, 1.5, { fill: theme.states.stopped, alpha: 0.5 })
      // Hollow: stopped early.
      surface.circles(stopped, small ? radius : radius - 0.8, {
        stroke: theme.states.stopped,
        width: 1.2,
        alpha: 0.75,
      })
      const colored = groups.map((centers, step) => ({
        centers,
        color: colorBy ? colorOf(theme, colorBy, step / (steps - 1)) : rampColor(theme, step / (steps - 1)),
      }))
      const ring = { color: theme.surface, width: 0.8 }
      surface.points({ groups: colored, radius, ring, alpha: plain ? 0.75 : 1 })
    },
  )
}

/** Failed trials without a value: a cross at the bad end of the axis. */
function drawFailed(
  surface: Surface,
  table: TrialTable,
  mask: Uint8Array,
  { xs }: Positions,
  theme: Theme,
  size: Size,
): void {
  const y = table.goal === 'maximize' ? size.height - PLOT.bottom - 5 : PLOT.top + 5
  const crosses: number[][] = []
  for (const [row, { state, value }] of table.trials.entries()) {
    if (value !== undefined || mask[row] === 0 || (state !== 'failed' && state !== 'crashed')) continue
    const x = xs[row]!
    crosses.push([x - 3, y - 3, x + 3, y + 3], [x - 3, y + 3, x + 3, y - 3])
  }
  surface.lines(crosses, { color: theme.states.failed, width: 1.6 })
}

function drawBest(
  surface: Surface,
  table: TrialTable,
  { xs, ys }: { xs: Float32Array; ys: Float32Array },
  theme: Theme,
  size: Size,
): void {
  const path: number[] = []
  const sign = table.goal === 'maximize' ? 1 : -1
  let best = Number.NEGATIVE_INFINITY
  let at = -1
  for (let row = 0; row < table.trials.length; row++) {
    const value = sign * table.value.values[row]!
    if (!(value > best) || table.trials[row]!.state === 'stopped') continue
    if (at >= 0) path.push(xs[row]!, ys[at]!)
    path.push(xs[row]!, ys[row]!)
    best = value
    at = row
  }
  if (at < 0) return
  path.push(size.width - PLOT.right, ys[at]!)
  surface.lines([path], { color: theme.warn, width: 2 })
  surface.circles([[xs[at]!, ys[at]!]], 5.5, { fill: theme.warn, stroke: theme.surface, width: 1.5 })
  surface.text(size.width - PLOT.right, 8, `best so far: ${formatNumber(table.value.values[at]!)}`, {
    color: theme.warn,
    size: 11.5,
    bold: true,
    align: 'end',
  })
}

function nearest(
  { xs, ys }: { xs: Float32Array; ys: Float32Array },
  mask: Uint8Array,
  x: number,
  y: number,
): number | undefined {
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
