import { type ReactNode, useMemo } from 'react'
import type { ChartSettings } from '../charts/chart-settings.ts'
import { type Draw, Figure, type Size } from '../charts/figure.tsx'
import { clipToPlot, type Domains, domainsOf, scalesIn, xPx, yPx } from '../charts/line-chart-draw.ts'
import { frame } from '../charts/plot-frame.ts'
import { pointerHandlers } from '../charts/pointer-handlers.ts'
import type { Scale } from '../charts/scale.ts'
import { colorOf } from '../charts/theme.ts'
import type { ColorEncoding } from '../model/color-encoding.ts'
import { smoothed } from '../model/smoothing.ts'
import type { TrialTable } from '../model/trial-table.ts'

/** The curve of a row of the table. */
export interface Line {
  readonly row: number
  readonly xs: readonly number[]
  readonly ys: readonly number[]
}

interface Props {
  readonly title: string
  readonly hint: ReactNode
  readonly tools: ReactNode
  readonly empty: ReactNode
  readonly xName: string
  readonly table: TrialTable
  readonly lines: readonly Line[]
  readonly mask: Uint8Array
  readonly settings: ChartSettings
  readonly height: number
  readonly colorBy: ColorEncoding
  readonly hovered: number | undefined
  readonly onHover: (row: number | undefined) => void
  readonly onOpen: (row: number) => void
}

const HOVER_PX = 14

/** A line for each trial, colored like the other charts. */
export function TrialCurves({
  title,
  hint,
  tools,
  empty,
  xName,
  table,
  lines: given,
  mask,
  settings,
  height,
  colorBy,
  hovered,
  onHover,
  onOpen,
}: Props) {
  // The settings are a new object in each render.
  const look = JSON.stringify(settings)
  // biome-ignore lint/correctness/useExhaustiveDependencies: `look` stands for the settings
  const lines = useMemo(
    () => given.map((line) => ({ ...line, ys: smoothed(line.ys, settings.smoothing) })),
    [given, look],
  )
  const visible = useMemo(() => lines.filter(({ row }) => mask[row] === 1), [lines, mask])
  // biome-ignore lint/correctness/useExhaustiveDependencies: `look` stands for the settings
  const domains = useMemo(() => domainsOf(lines, settings, undefined, table.goal), [lines, look, table.goal])
  const { logX, logY } = settings
  const base = useMemo<Draw>(
    () => (surface, size, theme) => {
      const [x, y] = scalesIn(domains, { logX, logY }, size)
      frame(surface, size, theme, { x, y, xName, yName: table.value.name })
      clipToPlot(surface, size, () => {
        const alpha = Math.max(0.25, Math.min(0.9, 8 / Math.sqrt(visible.length + 1)))
        const byColor = new Map<number, number[][]>()
        const open: number[][] = []
        for (const line of visible) {
          const path = pathOf(line, x, y, size)
          const position = colorBy.rows[line.row]!
          if (table.trials[line.row]!.state === 'running' || Number.isNaN(position)) {
            open.push(path)
            continue
          }
          const group = byColor.get(position)
          if (group) group.push(path)
          else byColor.set(position, [path])
        }
        for (const [position, paths] of [...byColor].sort(([a], [b]) => a - b))
          surface.lines(paths, { color: colorOf(theme, colorBy, position), width: 1.3, alpha })
        surface.lines(open, { color: theme.muted, width: 1.6, alpha: 0.9, dash: [4, 3] })
      })
    },
    [visible, domains, table, colorBy, logX, logY, xName],
  )
  const top = useMemo<Draw>(
    () => (surface, size, theme) => {
      const line = hovered === undefined ? undefined : lines.find(({ row }) => row === hovered)
      if (!line) return
      const path = pathOf(line, ...scalesIn(domains, { logX, logY }, size), size)
      clipToPlot(surface, size, () => {
        surface.lines([path], { color: theme.surface, width: 5, alpha: 0.9 })
        surface.lines([path], { color: theme.hover, width: 2.5 })
        surface.circles([[path[path.length - 2]!, path[path.length - 1]!]], 4, {
          fill: theme.hover,
          stroke: theme.surface,
        })
      })
    },
    [lines, hovered, domains, logX, logY],
  )
  return (
    <Figure
      title={title}
      hint={hint}
      summary={`${table.value.name} over ${xName} of ${visible.length} trials.`}
      height={height}
      layers={[base, top]}
      tools={tools}
      empty={empty}
    >
      {(size) => (
        <div
          className="plot-area"
          {...pointerHandlers({
            rowAt: (px, py) => nearest(visible, domains, { logX, logY }, size, px, py),
            hovered,
            onHover,
            onOpen,
          })}
        />
      )}
    </Figure>
  )
}

function pathOf({ xs, ys }: Line, x: Scale, y: Scale, size: Size): number[] {
  const path = xs.flatMap((at, i) => [xPx(x, at, size), yPx(y, ys[i]!, size)])
  // A single value is a short line.
  return xs.length === 1 ? [...path, path[0]! + 4, path[1]!] : path
}

function nearest(
  lines: readonly Line[],
  domains: Domains,
  logs: Pick<ChartSettings, 'logX' | 'logY'>,
  size: Size,
  px: number,
  py: number,
): number | undefined {
  const scales = scalesIn(domains, logs, size)
  let best = HOVER_PX
  let found: number | undefined
  for (const line of lines) {
    const path = pathOf(line, ...scales, size)
    for (let i = 0; i + 3 < path.length; i += 2) {
      const [x1, y1, x2, y2] = [path[i]!, path[i + 1]!, path[i + 2]!, path[i + 3]!]
      if (px < x1 || px > x2) continue
      const at = x2 === x1 ? y1 : y1 + ((px - x1) / (x2 - x1)) * (y2 - y1)
      const distance = Math.abs(at - py)
      if (distance < best) [best, found] = [distance, line.row]
    }
  }
  return found
}
