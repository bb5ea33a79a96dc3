import { useRef } from 'react'
import type { Range } from '../model/filter.ts'
import { cellText } from '../model/trial-table.ts'
import { type Axis, rangeBetween, yRange } from './parallel-coordinates-layout.ts'

/** Shorter drags count as a click. */
const CLICK_PX = 3
/** Hit area of the two handles of a brush. */
const HANDLE_PX = 7
/** Step of an arrow key, as a share of the axis. */
const KEY_STEP = 0.02
/** Half width of the pointer area, at most and as a share of the distance between axes, and its extent beyond the axis. */
const AXIS_HALF = 14
const AXIS_SHARE = 0.25
const PAD = 8

/** Brush of one axis. Pointer: drag a new range, an end, or the whole range. Keyboard: two sliders. */
export function AxisBrush({
  axis,
  distance,
  range,
  onRange,
  onTap,
}: {
  axis: Axis
  /** To the next axis. */
  distance: number
  range: Range | undefined
  onRange: (key: string, range: Range | undefined) => void
  /** A touch on an axis without a brush, in px of the chart: it means the lines below. */
  onTap: (x: number, y: number) => void
}) {
  const { column } = axis
  const half = Math.min(AXIS_HALF, AXIS_SHARE * distance)
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
      Math.abs(y - top) < HANDLE_PX
        ? 'top'
        : Math.abs(y - bottom) < HANDLE_PX
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
    const distance = y - now.from
    if (!now.moved && Math.abs(distance) < CLICK_PX) return
    now.moved = true
    const next = {
      new: () => rangeBetween(axis, now.from, y),
      top: () => rangeBetween(axis, y, now.bottom),
      bottom: () => rangeBetween(axis, now.top, y),
      move: () => rangeBetween(axis, now.top + distance, now.bottom + distance),
    }[now.kind]()
    onRange(column.key, next[0] > next[1] ? [next[1], next[0]] : next)
  }
  const onPointerUp = (event: React.PointerEvent<HTMLDivElement>) => {
    const isClick = drag.current && !drag.current.moved
    drag.current = undefined
    if (!isClick || event.type === 'pointercancel') return
    if (range || event.pointerType !== 'touch') return onRange(column.key, undefined)
    const box = event.currentTarget.getBoundingClientRect()
    onTap(event.clientX - box.left + axis.x - half, event.clientY - box.top + axis.top - PAD)
  }

  const full: Range =
    column.kind === 'category' ? [0, column.labels.length - 1] : [axis.scale.value(0), axis.scale.value(1)]
  const [low, high] = range ?? full
  const handle = (which: 'low' | 'high') => {
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
        className="handle"
        aria-label={`${column.name}: ${which === 'low' ? 'min' : 'max'}`}
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
          : `Drag to filter by ${column.name}`
      }
      style={{
        left: axis.x - half,
        top: axis.top - PAD,
        width: 2 * half,
        height: axis.bottom - axis.top + 2 * PAD,
      }}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={onPointerUp}
      onPointerCancel={onPointerUp}
    >
      {handle('high')}
      {handle('low')}
    </div>
  )
}
