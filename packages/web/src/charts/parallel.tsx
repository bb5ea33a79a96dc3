import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react'
import type { Filter, Range } from '../model/filter.ts'
import { formatCount } from '../model/format.ts'
import type { Shade } from '../model/shade.ts'
import { type Column, cellText, type TrialTable } from '../model/trial-table.ts'
import { type Draw, Figure } from './figure.tsx'
import { type Axis, layoutOf, MARGIN, rangeBetween, rowNear, shades, yOf, yRange } from './parallel-layout.ts'
import { pointing } from './pointing.ts'
import { fitted, type Surface } from './surface.ts'
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
  readonly shade: Shade
  readonly tools: ReactNode
}

const STEPS = 24
const HEIGHT = 340
const AXIS_WIDTH = 96
/** So many lines are drawn while somebody brushes, and more of them once the hand rests. */
const MOST_WHILE_BRUSHING = 400
/** More lines than that only cover each other; the best ones are always among them. */
const MOST_AT_REST = 3_000
const REST_MS = 160
/** A press that moves less than this is a click. */
const CLICK_PX = 3
/** Of a brush's end, for dragging it. */
const GRIP_PX = 7
/** So many lines stand out. */
const BEST_LINES = 3
/** The band of colours beside an axis, and how many steps it has. */
const RAMP_PX = 7
const RAMP_PARTS = 64
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
      const lines = [...rows.flat(), ...unvalued]
      // Thousands would make a wall of it.
      const alpha = Math.max(0.08, Math.min(0.6, 6 / Math.sqrt(lines.length + 1)))
      drawLines(surface, axes, ys, lines, theme.edge, 1, alpha)
    }
  }, [table, layout])
  const chosen = useMemo<Draw>(
    () => (surface, size, theme) => {
      const { axes, ys } = layout(size)
      const { rows, unvalued } = shades(shade.rows, mask, STEPS, most)
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
        const room = (axes[1] ? axes[1].x - axes[0]!.x : size.width) - 12
        drawAxis(surface, axis, theme, i === axes.length - 1, room, filter.ranges.get(axis.column.key))
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
      title="Parameters and result"
      hint={
        <>
          Each line is a trial; the stronger its colour, the {shade.hint}. Drag along an axis to narrow the
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
          <div
            className="field"
            {...pointing({
              rowAt: (x, y) => rowNear(layout(size), mask, x, y),
              hovered,
              onHover,
              onOpen,
            })}
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
  room: number,
  range: Range | undefined,
): void {
  const { x, top, bottom, column, scale } = axis
  surface.lines([[x, top, x, bottom]], {
    color: objective ? theme.text : theme.soft,
    width: objective ? 1.5 : 1,
  })
  const name = fitted(surface, column.name, Math.min(room, objective ? 2 * MARGIN.right : 180), 12, true)
  surface.text(x, top - 20, name, { color: theme.text, size: 12, bold: true, align: 'middle' })
  const side = objective ? 1 : -1
  const away = objective ? RAMP_PX + 9 : 8
  let last = Number.POSITIVE_INFINITY
  for (const { value, text } of scale.ticks) {
    const y = yOf(axis, value)
    if (last - y < 13) continue
    last = y
    surface.lines([[x, y, x + side * 5, y]], { color: theme.soft, width: 1 })
    const label = fitted(surface, text, objective ? 60 : Math.min(room * 0.6, 120), 11)
    const wide = surface.measure(label, 11) + 6
    // A ground of its own, so that it can be read over any number of lines.
    surface.rect(objective ? x + away - 3 : x - away + 3 - wide, y - 7.5, wide, 15, {
      fill: theme.surface,
      alpha: 0.86,
    })
    surface.text(x + side * away, y, label, {
      color: theme.text,
      size: 11,
      align: objective ? 'start' : 'end',
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

/** What the colours of the lines mean, along the axis that they come from. */
function drawRamp(surface: Surface, axis: Axis, theme: Theme, shade: Shade, objective: boolean): void {
  const { x, top, bottom, scale } = axis
  const high = (bottom - top) / RAMP_PARTS
  for (let i = 0; i < RAMP_PARTS; i++) {
    const place = shade.at(scale.value((i + 0.5) / RAMP_PARTS))
    if (Number.isNaN(place)) continue
    surface.rect(objective ? x + 1 : x - RAMP_PX / 2, bottom - (i + 1) * high, RAMP_PX, high + 0.5, {
      fill: rampColor(theme, place),
    })
  }
}

/** The few that shall be seen first: best of those that pass, the very best last. */
function bestOf(worstFirst: Int32Array, mask: Uint8Array): number[] {
  const most = Math.min(BEST_LINES, Math.ceil(worstFirst.length / 10))
  const best: number[] = []
  for (let i = worstFirst.length - 1; i >= 0 && best.length < most; i--)
    if (mask[worstFirst[i]!] === 1) best.push(worstFirst[i]!)
  return best.reverse()
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
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(100 * Math.max(0, Math.min(1, axis.scale.at(value) || 0)))}
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
