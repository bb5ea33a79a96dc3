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
import { rampColor } from './theme.ts'

interface Props {
  readonly table: TrialTable
  /** From left to right; the objective is the last one. */
  readonly columns: readonly Column[]
  readonly filter: Filter
  readonly mask: Uint8Array
  readonly hovered: number | undefined
  readonly onRange: (key: string, range: Range | undefined) => void
  readonly onHover: (row: number | undefined) => void
  readonly onOpen: (row: number) => void
  readonly shade: ColorEncoding
  readonly tools: ReactNode
}

const STEPS = 24
const HEIGHT = 340
/** Lines drawn during a brush; more are drawn when it ends. */
const MOST_WHILE_BRUSHING = 400
/** More lines than that only cover each other; the best ones are always among them. */
const MOST_AT_REST = 3_000
const REST_MS = 160

/** Parallel coordinates: a line for each trial, an axis for each parameter; brushing an axis narrows the trials down. */
export function ParallelCoordinates({
  table,
  columns,
  filter,
  mask,
  hovered,
  onRange,
  onHover,
  onOpen,
  shade,
  tools,
}: Props) {
  const [brushing, setBrushing] = useState(false)
  const resting = useRef<ReturnType<typeof setTimeout>>(undefined)
  const layout = useMemo(() => layoutOf(columns, table.trials.length), [columns, table])
  const most = brushing ? MOST_WHILE_BRUSHING : MOST_AT_REST
  useEffect(() => () => clearTimeout(resting.current), [])

  const change = (key: string, range: Range | undefined) => {
    setBrushing(true)
    clearTimeout(resting.current)
    resting.current = setTimeout(() => setBrushing(false), REST_MS)
    onRange(key, range)
  }

  const everything = useMemo<Draw>(() => {
    const all = new Uint8Array(table.trials.length).fill(1)
    return (surface, size, theme) => {
      const { axes, ys } = layout(size)
      const { rows, unvalued } = rowsByColor(table.quality, all, 1, MOST_AT_REST)
      const lines = [...rows.flat(), ...unvalued]
      // Thousands would make a wall of it.
      const alpha = Math.max(0.08, Math.min(0.6, 6 / Math.sqrt(lines.length + 1)))
      drawLines(surface, axes, ys, lines, theme.edge, 1, alpha)
    }
  }, [table, layout])
  const chosen = useMemo<Draw>(
    () => (surface, size, theme) => {
      const { axes, ys } = layout(size)
      const { rows, unvalued } = rowsByColor(shade.rows, mask, STEPS, most)
      const count = rows.reduce((sum, group) => sum + group.length, unvalued.length)
      const alpha = Math.max(0.18, Math.min(0.95, 10 / Math.sqrt(count + 1)))
      drawLines(surface, axes, ys, unvalued, theme.soft, 1, 0.5, [3, 3])
      for (const [step, group] of rows.entries()) {
        const place = step / (STEPS - 1)
        drawLines(surface, axes, ys, group, rampColor(theme, place), 1, alpha * (0.55 + 0.45 * place))
      }
      const best = bestOf(table.worstFirst, mask)
      // Twice: the surface's colour between them and the crowd lets them stand out.
      drawLines(surface, axes, ys, best, theme.surface, 4, 0.7)
      for (const row of best) drawLines(surface, axes, ys, [row], rampColor(theme, shade.rows[row]!), 2.4, 1)
    },
    [shade, layout, mask, most, table],
  )
  const top = useMemo<Draw>(
    () => (surface, size, theme) => {
      const { axes, ys } = layout(size)
      for (const [i, axis] of axes.entries()) {
        drawAxis(surface, axis, theme, i === axes.length - 1, filter.ranges.get(axis.column.key))
        if (axis.column.key === shade.key) drawRamp(surface, axis, theme, shade, i === axes.length - 1)
      }
      if (hovered !== undefined && hovered < table.trials.length)
        drawHovered(surface, axes, ys, hovered, theme)
    },
    [layout, filter, hovered, table, shade],
  )

  const passing = mask.reduce((sum, on) => sum + on, 0)
  return (
    <Figure
      title="Parallel coordinates"
      hint={
        <>
          <RampLegend {...shade} /> · drag along an axis to filter
          {passing > MOST_AT_REST && ` · showing ~${formatCount(MOST_AT_REST)} of ${formatCount(passing)}`}
        </>
      }
      className="parallel"
      summary={`Parallel coordinates of ${passing} trials over ${columns.map(({ name }) => name).join(', ')}. The table of trials below holds the same values.`}
      height={HEIGHT}
      minWidth={minWidthFor(columns.length)}
      endFirst
      layers={[everything, chosen, top]}
      tools={tools}
    >
      {(size) => (
        <>
          <div
            className="field"
            {...pointerHandlers({
              rowAt: (x, y) => nearestRow(layout(size), mask, x, y),
              hovered,
              onHover,
              onOpen,
            })}
          />
          {layout(size).axes.map((axis) => (
            <AxisBrush
              key={axis.column.key}
              axis={axis}
              range={filter.ranges.get(axis.column.key)}
              onRange={change}
            />
          ))}
        </>
      )}
    </Figure>
  )
}
