import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react'
import type { Filter, Range } from '../model/filter.ts'
import { formatCount } from '../model/format.ts'
import { type Column, cellText, type TrialTable } from '../model/trial-table.ts'
import { type Draw, Figure } from './figure.tsx'
import { type Axis, layoutOf, MARGIN, rangeBetween, rowNear, shades, yOf, yRange } from './parallel-layout.ts'
import type { Surface } from './surface.ts'
import { rampColor, type Theme } from './theme.ts'

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
  /** 0 to 1 for each row: how strong its colour is; NaN has none. */
  readonly shade: Float64Array
  /** What a strong colour means. */
  readonly shadeHint: string
  readonly tools: ReactNode
}

const STEPS = 24
const HEIGHT = 340
const AXIS_WIDTH = 96
/** So many lines are drawn while somebody brushes, and more of them once the hand rests. */
const MOST_WHILE_BRUSHING = 300
/** More lines than that only cover each other; the best ones are always among them. */
const MOST_AT_REST = 3_000
const REST_MS = 160
/** A press that moves less than this is a click. */
const CLICK_PX = 3
/** Of a brush's end, for dragging it. */
const GRIP_PX = 7
/** Share of an axis that an arrow key moves an end by. */
const KEY_STEP = 0.02

/** Parallel coordinates: a line for each trial, an axis for each parameter; brushing an axis narrows the trials down. */
export function Parallel({
  table,
  columns,
  filter,
  mask,
  hovered,
  onRange,
  onHover,
  onOpen,
  shade,
  shadeHint,
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
      const { rows, unvalued } = shades(table.quality, all, 1, MOST_AT_REST)
      drawLines(surface, axes, ys, [...rows.flat(), ...unvalued], theme.faint, 1, 0.5)
    }
  }, [table, layout])
  const chosen = useMemo<Draw>(
    () => (surface, size, theme) => {
      const { axes, ys } = layout(size)
      const { rows, unvalued } = shades(shade, mask, STEPS, most)
      const count = rows.reduce((sum, group) => sum + group.length, unvalued.length)
      const alpha = Math.max(0.22, Math.min(0.9, 14 / Math.sqrt(count + 1)))
      drawLines(surface, axes, ys, unvalued, theme.soft, 1, 0.5, [3, 3])
      for (const [step, group] of rows.entries()) {
        const place = step / (STEPS - 1)
        drawLines(
          surface,
          axes,
          ys,
          group,
          rampColor(theme, place),
          place > 0.97 ? 2 : 1.2,
          place > 0.9 ? Math.max(alpha, 0.85) : alpha,
        )
      }
    },
    [shade, layout, mask, most],
  )
  const top = useMemo<Draw>(
    () => (surface, size, theme) => {
      const { axes, ys } = layout(size)
      for (const [i, axis] of axes.entries())
        drawAxis(surface, axis, theme, i === axes.length - 1, filter.ranges.get(axis.column.key))
      if (hovered !== undefined && hovered < table.trials.length)
        drawHovered(surface, axes, ys, hovered, theme)
    },
    [layout, filter, hovered, table],
  )

  const passing = mask.reduce((sum, on) => sum + on, 0)
  return (
    <Figure
      title="Parameters and result"
      hint={
        <>
          Each line is a trial; the stronger its colour, the {shadeHint}. Drag along an axis to narrow the
          trials down.
          {passing > MOST_AT_REST &&
            ` Of ${formatCount(passing)} lines about ${formatCount(MOST_AT_REST)} are drawn, the best among them.`}
        </>
      }
      className="parallel"
      summary={`Parallel coordinates of ${passing} trials over ${columns.map(({ name }) => name).join(', ')}. The table of trials below holds the same values.`}
      height={HEIGHT}
      minWidth={MARGIN.left + MARGIN.right + (columns.length - 1) * AXIS_WIDTH}
      layers={[everything, chosen, top]}
      tools={tools}
    >
      {(size) => (
        <>
          {/* biome-ignore lint/a11y/noStaticElementInteractions: a shortcut for the pointer; the table opens runs by keyboard */}
          {/* biome-ignore lint/a11y/useKeyWithClickEvents: as above */}
          <div
            className="field"
            onPointerMove={(event) => {
              const box = event.currentTarget.getBoundingClientRect()
              if (event.buttons === 0)
                onHover(rowNear(layout(size), mask, event.clientX - box.left, event.clientY - box.top))
            }}
            onPointerLeave={() => onHover(undefined)}
            onClick={() => hovered !== undefined && onOpen(hovered)}
          />
          {layout(size).axes.map((axis) => (
            <AxisControl
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

function drawLines(
  surface: Surface,
  axes: readonly Axis[],
  ys: Float32Array,
  rows: readonly number[],
  color: string,
  width: number,
  alpha: number,
  dash: readonly number[] = [],
): void {
  if (rows.length === 0) return
  const count = axes.length
  const paths = rows.map((row) => {
    const path = new Float32Array(count * 2)
    for (let a = 0; a < count; a++) {
      path[2 * a] = axes[a]!.x
      path[2 * a + 1] = ys[row * count + a]!
    }
    return path
  })
  surface.lines(paths, { color, width, alpha, dash })
}

function drawHovered(
  surface: Surface,
  axes: readonly Axis[],
  ys: Float32Array,
  row: number,
  theme: Theme,
): void {
  drawLines(surface, axes, ys, [row], theme.surface, 5, 0.9)
  drawLines(surface, axes, ys, [row], theme.warn, 2.5, 1)
  for (const axis of axes) {
    const value = axis.column.values[row]!
    if (Number.isNaN(value)) continue
    surface.circles([[axis.x, yOf(axis, value)]], 3.5, { fill: theme.warn, stroke: theme.surface })
  }
}

function drawAxis(
  surface: Surface,
  axis: Axis,
  theme: Theme,
  objective: boolean,
  range: Range | undefined,
): void {
  const { x, top, bottom, column, scale } = axis
  surface.lines([[x, top, x, bottom]], {
    color: objective ? theme.text : theme.soft,
    width: objective ? 1.5 : 1,
  })
  const name = fit(surface, column.name, 110)
  surface.text(x, top - 18, name, {
    color: theme.text,
    size: 12,
    bold: true,
    align: 'middle',
    halo: theme.surface,
  })
  const side = objective ? 1 : -1
  let last = Number.POSITIVE_INFINITY
  for (const { value, text } of scale.ticks) {
    const y = yOf(axis, value)
    if (last - y < 13) continue
    last = y
    surface.lines([[x, y, x + side * 5, y]], { color: theme.soft, width: 1 })
    surface.text(x + side * 8, y, fit(surface, text, 60), {
      color: theme.soft,
      size: 11,
      align: objective ? 'start' : 'end',
      halo: theme.surface,
    })
  }
  if (!range) return
  const [high, low] = yRange(axis, range)
  surface.rect(x - 7, high, 14, Math.max(2, low - high), { fill: theme.accent, alpha: 0.25 })
  surface.lines(
    [
      [x - 8, high, x + 8, high],
      [x - 8, low, x + 8, low],
    ],
    { color: theme.accent, width: 2.5 },
  )
}

function fit(surface: Surface, text: string, room: number): string {
  if (surface.measure(text, 12) <= room) return text
  let length = text.length
  while (length > 1 && surface.measure(`${text.slice(0, length)}…`, 12) > room) length--
  return `${text.slice(0, length)}…`
}

/** Brushes an axis by pointer: along it for a new range, at an end or within to move one. By keyboard: two sliders. */
function AxisControl({
  axis,
  range,
  onRange,
}: {
  axis: Axis
  range: Range | undefined
  onRange: (key: string, range: Range | undefined) => void
}) {
  const { column } = axis
  const drag = useRef<{
    from: number
    kind: 'new' | 'top' | 'bottom' | 'move'
    top: number
    bottom: number
    moved: boolean
  }>(undefined)

  const onPointerDown = (event: React.PointerEvent<HTMLDivElement>) => {
    if (event.button !== 0) return
    const y = event.clientY - event.currentTarget.getBoundingClientRect().top + axis.top - PAD
    event.currentTarget.setPointerCapture(event.pointerId)
    const [top, bottom] = range ? yRange(axis, range) : [Number.NaN, Number.NaN]
    const kind =
      Math.abs(y - top) < GRIP_PX
        ? 'top'
        : Math.abs(y - bottom) < GRIP_PX
          ? 'bottom'
          : y > top && y < bottom
            ? 'move'
            : 'new'
    drag.current = { from: y, kind, top, bottom, moved: false }
  }
  const onPointerMove = (event: React.PointerEvent<HTMLDivElement>) => {
    const now = drag.current
    if (!now) return
    const y = event.clientY - event.currentTarget.getBoundingClientRect().top + axis.top - PAD
    const by = y - now.from
    if (!now.moved && Math.abs(by) < CLICK_PX) return
    now.moved = true
    const next = {
      new: () => rangeBetween(axis, now.from, y),
      top: () => rangeBetween(axis, y, now.bottom),
      bottom: () => rangeBetween(axis, now.top, y),
      move: () => rangeBetween(axis, now.top + by, now.bottom + by),
    }[now.kind]()
    onRange(column.key, next[0] > next[1] ? [next[1], next[0]] : next)
  }
  const onPointerUp = () => {
    if (drag.current && !drag.current.moved) onRange(column.key, undefined)
    drag.current = undefined
  }

  const full: Range =
    column.kind === 'category' ? [0, column.labels.length - 1] : [axis.scale.value(0), axis.scale.value(1)]
  const [low, high] = range ?? full
  const end = (which: 'low' | 'high') => {
    const value = which === 'low' ? low : high
    const onKeyDown = (event: React.KeyboardEvent) => {
      const steps = { ArrowUp: 1, ArrowRight: 1, ArrowDown: -1, ArrowLeft: -1, PageUp: 5, PageDown: -5 }[
        event.key
      ]
      if (event.key === 'Escape' || event.key === 'Delete') onRange(column.key, undefined)
      else if (event.key === 'Home') set(full[0])
      else if (event.key === 'End') set(full[1])
      else if (steps === undefined) return
      else if (column.kind === 'category') set(value + Math.sign(steps))
      else set(axis.scale.value(axis.scale.at(value) + steps * KEY_STEP))
      event.preventDefault()
    }
    const set = (to: number) => {
      const inside = Math.max(full[0], Math.min(full[1], to))
      onRange(column.key, which === 'low' ? [Math.min(inside, high), high] : [low, Math.max(inside, low)])
    }
    const [top, bottom] = range ? yRange(axis, range) : [axis.top, axis.bottom]
    return (
      <div
        role="slider"
        tabIndex={0}
        className="end"
        aria-label={`${column.name}: ${which === 'low' ? 'least' : 'most'}`}
        aria-orientation="vertical"
        aria-valuemin={full[0]}
        aria-valuemax={full[1]}
        aria-valuenow={value}
        aria-valuetext={cellText(column, value)}
        style={{ top: (which === 'low' ? bottom : top) - axis.top + PAD }}
        onKeyDown={onKeyDown}
      />
    )
  }
  return (
    <div
      className="axis"
      data-axis={column.name}
      title={
        range
          ? `${column.name} from ${cellText(column, low)} to ${cellText(column, high)}; click to clear`
          : `Drag to narrow ${column.name} down`
      }
      style={{
        left: axis.x - AXIS_HALF,
        top: axis.top - PAD,
        width: 2 * AXIS_HALF,
        height: axis.bottom - axis.top + 2 * PAD,
      }}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={onPointerUp}
      onPointerCancel={onPointerUp}
    >
      {end('high')}
      {end('low')}
    </div>
  )
}

/** Half the width of the strip that takes the pointer, and how far it reaches beyond the axis. */
const AXIS_HALF = 14
const PAD = 8
