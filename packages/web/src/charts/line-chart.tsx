import { type ReactNode, useMemo, useRef, useState } from 'react'
import { formatNumber } from '../model/format.ts'
import { smoothed } from '../model/smoothing.ts'
import type { ChartSettings } from './chart-settings.ts'
import { ChartSettingsMenu } from './chart-settings-menu.tsx'
import { CurveLegend, CurveReading } from './curve-legend.tsx'
import { type Draw, Figure, type Size } from './figure.tsx'
import {
  clipToPlot,
  type Drawn,
  domainsOf,
  drawCursor,
  drawSeries,
  type Goal,
  pointAt,
  type Series,
  scalesIn,
  type Zoom,
} from './line-chart-draw.ts'
import { frame, PLOT } from './plot-frame.ts'
import type { Scale } from './scale.ts'
import { useCursor } from './shared-cursor.tsx'

interface Props {
  readonly title: string
  readonly curves: readonly Series[]
  readonly xName: string
  readonly settings: ChartSettings
  /** `undefined`: the defaults again. */
  readonly onSettings: (change: Partial<ChartSettings> | undefined) => void
  readonly height?: number
  /** Range of x that is shown; all of it when undefined. */
  readonly zoom: Zoom | undefined
  readonly onZoom: (zoom: Zoom | undefined) => void
  readonly tools?: ReactNode
  /** Of the metric: outliers are left out at the bad end only. */
  readonly goal?: Goal
  /** Before the legend. */
  readonly hint?: ReactNode
  /** Said in place of the chart when no curve has points. */
  readonly empty?: string
}

const NONE: ReadonlySet<string> = new Set()
/** Shorter drags are clicks. */
const DRAG_PX = 8

/** A line chart with a cursor, zoom by dragging, and readings in the header. */
export function LineChart({
  title,
  curves: given,
  xName,
  settings,
  onSettings,
  height = 230,
  zoom,
  onZoom: setZoom,
  tools,
  goal,
  hint,
  empty = 'No finite values yet.',
}: Props) {
  const plot = useRef<HTMLDivElement>(null)
  const [at, setAt] = useCursor(xName, plot)
  const [hidden, setHidden] = useState(NONE)
  const curves = useMemo(() => given.filter(({ id }) => !hidden.has(id)), [given, hidden])
  const drag = useRef<number>(undefined)
  const scales = useRef<{ x: Scale; size: Size }>(undefined)
  // The settings are a new object in each render.
  const look = JSON.stringify(settings)
  // biome-ignore lint/correctness/useExhaustiveDependencies: `look` stands for the settings
  const shown = useMemo(
    () => curves.map((curve): Drawn => ({ ...curve, smooth: smoothed(curve.ys, settings.smoothing) })),
    [curves, look],
  )
  // biome-ignore lint/correctness/useExhaustiveDependencies: `look` stands for the settings
  const domains = useMemo(() => domainsOf(curves, settings, zoom, goal), [curves, look, zoom, goal])

  // biome-ignore lint/correctness/useExhaustiveDependencies: `look` stands for the settings
  const lines = useMemo<Draw>(
    () => (surface, size, theme) => {
      const [x, y] = scalesIn(domains, settings, size)
      scales.current = { x, size }
      frame(surface, size, theme, { x, y, xName, yName: '' })
      clipToPlot(surface, size, () => drawSeries(surface, shown, [x, y], size, settings))
    },
    [shown, domains, look, xName],
  )
  // biome-ignore lint/correctness/useExhaustiveDependencies: `look` stands for the settings
  const cursor = useMemo<Draw>(
    () => (surface, size, theme) => {
      if (at !== undefined) drawCursor(surface, shown, at, scalesIn(domains, settings, size), size, theme)
    },
    [at, shown, domains, look],
  )

  const xAt = (clientX: number) => {
    const { x, size } = scales.current ?? {}
    if (!x || !size || !plot.current) return undefined
    const inside = clientX - plot.current.getBoundingClientRect().left - PLOT.left
    const position = inside / (size.width - PLOT.left - PLOT.right)
    return x.value(Math.max(0, Math.min(1, (position - 0.02) / 0.96)))
  }
  const readings = shown.map((curve) => {
    const i = at === undefined ? curve.xs.length - 1 : pointAt(curve, at)
    return {
      id: curve.id,
      label: curve.label,
      value: i === undefined ? undefined : curve.ys[i],
      x: i === undefined ? undefined : curve.xs[i],
    }
  })
  return (
    <Figure
      title={title}
      className="line-chart"
      summary={`${title} by ${xName}: ${readings
        .map(({ label, value }) => `${label} last ${value === undefined ? 'none' : formatNumber(value)}`)
        .slice(0, 12)
        .join('; ')}.`}
      hint={
        <>
          {hint} {hint !== undefined && given.length === 1 && '· '}
          {given.length === 1 && !given[0]!.isGroup ? (
            <CurveReading reading={readings[0]} xName={xName} notFinite={given[0]?.notFinite?.length ?? 0} />
          ) : (
            <CurveLegend curves={given} readings={readings} hidden={hidden} onHidden={setHidden} />
          )}
        </>
      }
      tools={
        <>
          {/* Always there, so that the chart does not move. */}
          <button
            type="button"
            className="ghost"
            style={{ visibility: zoom ? 'visible' : 'hidden' }}
            onClick={() => setZoom(undefined)}
          >
            Reset zoom
          </button>
          {tools}
          <ChartSettingsMenu title={title} settings={settings} onSettings={onSettings} />
        </>
      }
      height={height}
      layers={[lines, cursor]}
      {...(given.every(({ xs }) => xs.length === 0) && { empty: <p className="empty">{empty}</p> })}
    >
      {(size) => (
        // biome-ignore lint/a11y/noStaticElementInteractions: pointer only; the summary has the values for assistive technology
        <div
          ref={plot}
          className="plot-area"
          onPointerDown={(event) => {
            drag.current = event.clientX
            event.currentTarget.setPointerCapture(event.pointerId)
          }}
          onPointerMove={(event) => setAt(xAt(event.clientX))}
          onPointerUp={(event) => {
            const from = drag.current
            drag.current = undefined
            if (from === undefined || Math.abs(event.clientX - from) < DRAG_PX) return
            const [start, end] = [xAt(from), xAt(event.clientX)]
            if (start !== undefined && end !== undefined)
              setZoom([Math.min(start, end), Math.max(start, end)])
          }}
          onPointerLeave={() => setAt(undefined)}
          onDoubleClick={() => setZoom(undefined)}
          style={{ width: size.width }}
        />
      )}
    </Figure>
  )
}
