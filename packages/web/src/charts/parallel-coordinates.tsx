import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react'
import type { ColorEncoding } from '../model/color-encoding.ts'
import type { Filter, Range } from '../model/filter.ts'
import { formatCount } from '../model/format.ts'
import type { Column, TrialTable } from '../model/trial-table.ts'
import { AxisBrush } from './axis-brush.tsx'
import { type Draw, Figure } from './figure.tsx'
import { bestOf, drawAxis, drawHovered, drawLines, drawRamp } from './parallel-coordinates-draw.ts'
import { layoutOf, minWidthFor, nearestRow, rowsByColor } from './parallel-coordinates-layout.ts'
import { pointerHandlers } from './pointer-handlers.ts'
import { RampLegend } from './ramp-legend.tsx'
import { colorOf } from './theme.ts'

interface Props {
  readonly table: TrialTable
  /** From left to right; the last one is the objective. */
  readonly columns: readonly Column[]
  readonly filter: Filter
  readonly mask: Uint8Array
  readonly hovered: number | undefined
  readonly onRange: (key: string, range: Range | undefined) => void
  readonly onHover: (row: number | undefined) => void
  readonly onOpen: (row: number) => void
  readonly colorBy: ColorEncoding
  readonly tools: ReactNode
  /** Parameters without an axis. */
  readonly hiddenParams: number
}

const STEPS = 24
const HEIGHT = 340
/** Maximum number of lines while brushing, for the frame rate. */
const MAX_LINES_BRUSHING = 400
/** Maximum number of lines otherwise: more only cover each other. */
const MAX_LINES = 3_000
const BRUSH_END_MS = 160

/** Parallel coordinates: a line per trial, an axis per parameter; brushing an axis filters the trials. */
export function ParallelCoordinates({
  table,
  columns,
  filter,
  mask,
  hovered,
  onRange,
  onHover,
  onOpen,
  colorBy,
  tools,
  hiddenParams,
}: Props) {
  const [brushing, setBrushing] = useState(false)
  const brushEnd = useRef<ReturnType<typeof setTimeout>>(undefined)
  const layout = useMemo(() => layoutOf(columns, table.trials.length), [columns, table])
  const maxLines = brushing ? MAX_LINES_BRUSHING : MAX_LINES
  useEffect(() => () => clearTimeout(brushEnd.current), [])

  const change = (key: string, range: Range | undefined) => {
    setBrushing(true)
    clearTimeout(brushEnd.current)
    brushEnd.current = setTimeout(() => setBrushing(false), BRUSH_END_MS)
    onRange(key, range)
  }

  const background = useMemo<Draw>(() => {
    const all = new Uint8Array(table.trials.length).fill(1)
    return (surface, size, theme) => {
      const { axes, ys } = layout(size)
      const { rows, unvalued } = rowsByColor(table.quality, all, 1, MAX_LINES)
      const lines = [...rows.flat(), ...unvalued]
      // Fainter with more lines.
      const alpha = Math.max(0.08, Math.min(0.6, 6 / Math.sqrt(lines.length + 1)))
      drawLines(surface, axes, ys, lines, theme.edge, 1, alpha)
    }
  }, [table, layout])
  const foreground = useMemo<Draw>(
    () => (surface, size, theme) => {
      const { axes, ys } = layout(size)
      const steps = colorBy.labels ? Math.max(2, colorBy.labels.length) : STEPS
      const { rows, unvalued } = rowsByColor(colorBy.rows, mask, steps, maxLines)
      const count = rows.reduce((sum, group) => sum + group.length, unvalued.length)
      const alpha = Math.max(0.18, Math.min(0.95, 10 / Math.sqrt(count + 1)))
      drawLines(surface, axes, ys, unvalued, theme.muted, 1, 0.5, [3, 3])
      for (const [step, group] of rows.entries()) {
        const position = step / (steps - 1)
        const strength = colorBy.labels ? 0.85 : 0.55 + 0.45 * position
        drawLines(surface, axes, ys, group, colorOf(theme, colorBy, position), 1, alpha * strength)
      }
      const best = bestOf(table.worstFirst, mask)
      // An outline in the background color separates them from the other lines.
      drawLines(surface, axes, ys, best, theme.surface, 4, 0.7)
      for (const row of best)
        drawLines(surface, axes, ys, [row], colorOf(theme, colorBy, colorBy.rows[row]!), 2.4, 1)
    },
    [colorBy, layout, mask, maxLines, table],
  )
  const top = useMemo<Draw>(
    () => (surface, size, theme) => {
      const { axes, ys } = layout(size)
      for (const [i, axis] of axes.entries()) {
        drawAxis(surface, axis, theme, i === axes.length - 1, filter.ranges.get(axis.column.key))
        if (axis.column.key === colorBy.key) drawRamp(surface, axis, theme, colorBy, i === axes.length - 1)
      }
      if (hovered !== undefined && hovered < table.trials.length)
        drawHovered(surface, axes, ys, hovered, theme)
    },
    [layout, filter, hovered, table, colorBy],
  )

  const passing = mask.reduce((sum, on) => sum + on, 0)
  return (
    <Figure
      title="Parallel coordinates"
      hint={
        <>
          <RampLegend {...colorBy} /> · drag along an axis to filter
          {hiddenParams > 0 && ` · ${hiddenParams} less important parameters hidden, see Axes`}
          {passing > MAX_LINES && ` · showing ~${formatCount(MAX_LINES)} of ${formatCount(passing)}`}
        </>
      }
      className="parallel-coordinates"
      summary={`Parallel coordinates of ${passing} trials over ${columns.map(({ name }) => name).join(', ')}. The table of trials below holds the same values.`}
      height={HEIGHT}
      minWidth={minWidthFor(columns.length)}
      scrollToEnd
      layers={[background, foreground, top]}
      tools={tools}
    >
      {(size) => (
        <>
          <div
            className="plot-area"
            {...pointerHandlers({
              rowAt: (x, y) => nearestRow(layout(size), mask, x, y),
              hovered,
              onHover,
              onOpen,
            })}
          />
          {layout(size).axes.map((axis, i, axes) => (
            <AxisBrush
              key={axis.column.key}
              axis={axis}
              distance={Math.abs(((axes[i + 1] ?? axes[i - 1])?.x ?? size.width) - axis.x)}
              onTap={(x, y) => onHover(nearestRow(layout(size), mask, x, y))}
              range={filter.ranges.get(axis.column.key)}
              onRange={change}
            />
          ))}
        </>
      )}
    </Figure>
  )
}
