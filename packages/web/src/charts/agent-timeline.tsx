import { memo, useMemo } from 'react'
import { formatDuration } from '../model/format.ts'
import type { AgentSpan, Lanes } from '../model/lanes.ts'
import type { TrialTable } from '../model/trial-table.ts'
import { type Draw, Figure, type Size } from './figure.tsx'
import { pointerHandlers } from './pointer-handlers.ts'
import { type Surface, truncated } from './surface.ts'
import type { Theme } from './theme.ts'

interface Props {
  readonly table: TrialTable
  readonly lanes: Lanes
  readonly mask: Uint8Array
  readonly hovered: number | undefined
  readonly onHover: (row: number | undefined) => void
  readonly onOpen: (row: number) => void
}

const LEFT = 118
const RIGHT = 18
const TOP = 8
const BOTTOM = 40
const LANE_PX = 20
const MAX_PLOT_PX = 420
const MIN_LANE_PX = 3
/** Minimum distance between lane names. */
const MIN_NAME_DISTANCE_PX = 11

/** Gantt chart of the trials by agent; a notch marks a retried trial. */
export const AgentTimeline = memo(function AgentTimeline({
  table,
  lanes,
  mask,
  hovered,
  onHover,
  onOpen,
}: Props) {
  const height = TOP + BOTTOM + Math.max(2 * LANE_PX, Math.min(MAX_PLOT_PX, lanes.names.length * LANE_PX))
  const bars = useMemo<Draw>(
    () => (surface, size, theme) => {
      axis(surface, size, theme, lanes)
      const barOf = barLayout(size, lanes)
      for (const span of lanes.spans) {
        const { state, attempt } = table.trials[span.row]!
        const { x, y, width, height: barHeight } = barOf(span)
        const passes = mask[span.row] === 1
        surface.rect(x, y, width, barHeight, { fill: passes ? theme.states[state] : theme.faint })
        if (attempt > 1 && barHeight > 4)
          surface.rect(x, y, Math.min(4, width), barHeight, { fill: passes ? theme.text : theme.muted })
      }
    },
    [table, lanes, mask],
  )
  const highlight = useMemo<Draw>(
    () => (surface, size, theme) => {
      const span = lanes.spans.find(({ row }) => row === hovered)
      if (!span) return
      const { x, y, width, height: barHeight } = barLayout(size, lanes)(span)
      surface.rect(x - 1.5, y - 1.5, width + 3, barHeight + 3, { stroke: theme.hover })
      surface.rect(x - 2.5, y - 2.5, width + 5, barHeight + 5, { stroke: theme.hover })
    },
    [lanes, hovered],
  )
  const retried = table.trials.filter(({ attempt }) => attempt > 1).length
  const lost = table.trials.filter(({ state }) => state === 'crashed').length
  const agents = lanes.names.filter((name) => name !== '').length
  return (
    <Figure
      title="Agent timeline"
      hint={
        <>
          {agents} {agents === 1 ? 'agent' : 'agents'}, {formatDuration(lanes.lengthMs)}. Gaps are idle time.
          {retried > 0 && ` ${retried} retried (agent lost, dark notch).`}
          {lost > 0 && ` ${lost} crashed.`}
        </>
      }
      summary={`Timeline of ${lanes.spans.length} trials over ${agents} agents.`}
      height={height}
      layers={[bars, highlight]}
    >
      {(size) => (
        <div
          className="plot-area"
          {...pointerHandlers({ rowAt: (px, py) => rowAt(lanes, size, px, py), hovered, onHover, onOpen })}
        />
      )}
    </Figure>
  )
})

function barLayout({ width, height }: Size, { names, lengthMs }: Lanes) {
  const plotWidth = width - LEFT - RIGHT
  const lane = (height - TOP - BOTTOM) / Math.max(1, names.length)
  const gap = lane > 2 * MIN_LANE_PX ? Math.min(3, lane * 0.2) : 0
  return ({ from, to, lane: index }: AgentSpan) => ({
    x: LEFT + (from / lengthMs) * plotWidth,
    y: TOP + index * lane + gap / 2,
    width: Math.max(1.5, ((to - from) / lengthMs) * plotWidth - 0.5),
    height: Math.max(1, lane - gap),
  })
}

const UNITS = [
  1_000, 2_000, 5_000, 10_000, 30_000, 60_000, 120_000, 300_000, 600_000, 1_800_000, 3_600_000, 7_200_000,
  14_400_000, 43_200_000, 86_400_000, 172_800_000, 604_800_000,
]

function axis(surface: Surface, size: Size, theme: Theme, { names, lengthMs }: Lanes): void {
  const plotWidth = size.width - LEFT - RIGHT
  const lane = (size.height - TOP - BOTTOM) / Math.max(1, names.length)
  const bottom = size.height - BOTTOM
  const maxTicks = Math.max(2, Math.floor(plotWidth / 90))
  const step = UNITS.find((unit) => lengthMs / unit <= maxTicks) ?? UNITS[UNITS.length - 1]!
  for (let at = 0; at <= lengthMs; at += step) {
    const x = LEFT + (at / lengthMs) * plotWidth
    surface.lines([[x, TOP, x, bottom + 4]], { color: theme.line, width: 1 })
    const text = at === 0 ? '0' : formatDuration(at)
    surface.text(x, bottom + 12, text, { color: theme.muted, size: 11, align: 'middle' })
  }
  let last = Number.NEGATIVE_INFINITY
  for (const [i, name] of names.entries()) {
    const y = TOP + (i + 0.5) * lane
    if (name === '' || y - last < MIN_NAME_DISTANCE_PX) continue
    last = y
    surface.text(LEFT - 8, y, truncated(surface, name, LEFT - 14, 11), {
      color: theme.muted,
      size: 11,
      align: 'end',
    })
  }
  surface.lines([[LEFT, bottom, size.width - RIGHT, bottom]], { color: theme.muted, width: 1 })
  surface.text(LEFT + plotWidth / 2, size.height - 8, 'since the sweep started', {
    color: theme.muted,
    size: 11.5,
    bold: true,
    align: 'middle',
  })
}

function rowAt(lanes: Lanes, size: Size, x: number, y: number): number | undefined {
  const barOf = barLayout(size, lanes)
  return lanes.spans.find((span) => {
    const { x: left, y: top, width, height } = barOf(span)
    return x >= left - 1 && x <= left + width + 1 && y >= top && y <= top + height
  })?.row
}
