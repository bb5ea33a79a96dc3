import { memo, useMemo, useState } from 'react'
import type { SweepAt } from '../api/endpoints.ts'
import { type Draw, Figure, type Size } from '../charts/figure.tsx'
import { pointerHandlers } from '../charts/pointer-handlers.ts'
import { RampLegend } from '../charts/ramp-legend.tsx'
import { numberScale, type Scale } from '../charts/scale.ts'
import { frame, PLOT } from '../charts/scatter-plot.tsx'
import { colorOf } from '../charts/theme.ts'
import type { ColorEncoding } from '../model/color-encoding.ts'
import { formatCount } from '../model/format.ts'
import type { TrialTable } from '../model/trial-table.ts'
import { useSweepCurves } from './use-sweep-curves.ts'

interface Props {
  readonly at: SweepAt
  readonly table: TrialTable
  readonly mask: Uint8Array
  readonly colorBy: ColorEncoding
  readonly hovered: number | undefined
  readonly onHover: (row: number | undefined) => void
  readonly onOpen: (row: number) => void
}

const HEIGHT = 320
const HOVER_PX = 14
/** A curve costs the service a read unit or more: those of a larger sweep are loaded on request. */
const LOADED_BELOW = 500

/** The metric over the steps of each trial, also of running ones. */
export default memo(function CurvesCard({ at, table, mask, colorBy, hovered, onHover, onOpen }: Props) {
  const [wanted, setWanted] = useState(false)
  const isLarge = table.trials.length > LOADED_BELOW
  const { curves, shown, loading } = useSweepCurves(at, table, wanted || !isLarge)
  const lines = useMemo(() => linesOf(table, curves), [table, curves])
  const visible = useMemo(() => lines.filter(({ row }) => mask[row] === 1), [lines, mask])
  const domain = useMemo(() => domainOf(table, lines), [table, lines])
  const base = useMemo<Draw>(
    () => (surface, size, theme) => {
      const [x, y] = scalesOf(domain, size)
      frame(surface, size, theme, { x, y, xName: 'step', yName: table.value.name })
      const inside = size.width - PLOT.left - PLOT.right + 4
      surface.clip(PLOT.left, PLOT.top - 4, inside, size.height - PLOT.top - PLOT.bottom + 8, () => {
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
    [visible, domain, table, colorBy],
  )
  const top = useMemo<Draw>(
    () => (surface, size, theme) => {
      const line = hovered === undefined ? undefined : lines.find(({ row }) => row === hovered)
      if (!line) return
      const path = pathOf(line, ...scalesOf(domain, size), size)
      surface.lines([path], { color: theme.surface, width: 5, alpha: 0.9 })
      surface.lines([path], { color: theme.hover, width: 2.5 })
      surface.circles([[path[path.length - 2]!, path[path.length - 1]!]], 4, {
        fill: theme.hover,
        stroke: theme.surface,
      })
    },
    [lines, hovered, domain],
  )
  const running = visible.filter(({ row }) => table.trials[row]!.state === 'running').length
  return (
    <Figure
      title={`${table.value.name} by step`}
      hint={
        <>
          <RampLegend {...colorBy} />
          {running > 0 && ' · dashed: running'}
          {shown < table.trials.length &&
            !loading &&
            ` · curves of ${formatCount(shown)} of ${formatCount(table.trials.length)} trials`}
        </>
      }
      summary={`${table.value.name} over the steps of ${visible.length} trials.`}
      height={HEIGHT}
      layers={[base, top]}
      {...(lines.every(({ steps }) => steps.length < 2) && {
        empty:
          isLarge && !wanted ? (
            <p className="empty">
              <button type="button" onClick={() => setWanted(true)}>
                Load curves
              </button>
            </p>
          ) : (
            <p className="empty">
              {loading ? 'Loading curves…' : `No trial has logged ${table.value.name} at more than one step.`}
            </p>
          ),
      })}
    >
      {(size) => (
        <div
          className="plot-area"
          {...pointerHandlers({
            rowAt: (px, py) => nearest(visible, domain, size, px, py),
            hovered,
            onHover,
            onOpen,
          })}
        />
      )}
    </Figure>
  )
})

interface Line {
  readonly row: number
  readonly steps: readonly number[]
  readonly values: readonly number[]
}
interface Domain {
  readonly x: { readonly min: number; readonly max: number }
  readonly y: { readonly min: number; readonly max: number }
}

function linesOf(
  { trials }: TrialTable,
  curves: ReadonlyMap<number, Pick<Line, 'steps' | 'values'>>,
): readonly Line[] {
  return trials.flatMap(({ number }, row) => {
    const curve = curves.get(number)
    return curve && curve.steps.length > 0 ? [{ row, steps: curve.steps, values: curve.values }] : []
  })
}

/** Diverged curves would flatten the others: the worst twentieth of the values is beyond the axis. */
function domainOf({ goal }: TrialTable, lines: readonly Line[]): Domain {
  const values = lines.flatMap((line) => line.values).sort((a, b) => a - b)
  const at = (share: number) => values[Math.round(share * (values.length - 1))] ?? 0
  const last = lines.reduce((most, { steps }) => Math.max(most, steps[steps.length - 1]!), 0)
  const first = lines.reduce((least, { steps }) => Math.min(least, steps[0]!), last)
  const [low, high] = goal === 'maximize' ? [at(0.05), at(1)] : [at(0), at(0.95)]
  return { x: { min: first, max: Math.max(last, first + 1) }, y: { min: low, max: high } }
}

function scalesOf({ x, y }: Domain, { width, height }: Size): [Scale, Scale] {
  return [
    numberScale(x, false, Math.max(2, Math.floor((width - PLOT.left - PLOT.right) / 90)), true),
    numberScale(y, false, Math.max(2, Math.floor((height - PLOT.top - PLOT.bottom) / 46))),
  ]
}

function pathOf({ steps, values }: Line, x: Scale, y: Scale, { width, height }: Size): number[] {
  const [plotWidth, plotHeight] = [width - PLOT.left - PLOT.right, height - PLOT.top - PLOT.bottom]
  const path: number[] = []
  for (let i = 0; i < steps.length; i++)
    path.push(
      PLOT.left + (0.02 + 0.96 * x.at(steps[i]!)) * plotWidth,
      height - PLOT.bottom - (0.02 + 0.96 * y.at(values[i]!)) * plotHeight,
    )
  // A single value is a short line.
  return steps.length === 1 ? [...path, path[0]! + 4, path[1]!] : path
}

function nearest(
  lines: readonly Line[],
  domain: Domain,
  size: Size,
  px: number,
  py: number,
): number | undefined {
  const scales = scalesOf(domain, size)
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
