import { bisectCenter } from 'd3-array'
import { useMemo, useRef, useState } from 'react'
import { exactText, formatNumber } from '../model/format.ts'
import { movingAverage } from '../model/moving-average.ts'
import { type Draw, Figure, type Size } from './figure.tsx'
import { numberScale, type Scale } from './scale.ts'
import { frame, PLOT } from './scatter-plot.tsx'

/** A series, sorted by x. */
export interface Series {
  readonly id: string
  readonly label: string
  readonly color: string
  readonly xs: readonly number[]
  readonly ys: readonly number[]
  /** Distinguishes lines of similar colors. */
  readonly dash?: readonly number[] | undefined
  /** Where values are NaN or infinite: marked at the bottom. */
  readonly notFinite?: readonly number[]
  /** Min and max behind downsampled points, drawn as a band. */
  readonly lows?: readonly number[]
  readonly highs?: readonly number[]
}

interface Props {
  readonly title: string
  readonly curves: readonly Series[]
  readonly xName: string
  /** From 0 to below 1. */
  readonly smoothing: number
  readonly log: boolean
  readonly height?: number
  /** Range of x that is shown; all of it when undefined. */
  readonly zoom: Zoom | undefined
  readonly onZoom: (zoom: Zoom | undefined) => void
}

export type Zoom = readonly [number, number]

/** A line chart with a cursor, zoom by dragging, and readings in the header. */
export function LineChart({
  title,
  curves: given,
  xName,
  smoothing,
  log,
  height = 230,
  zoom,
  onZoom: setZoom,
}: Props) {
  const [at, setAt] = useState<number>()
  const [hidden, setHidden] = useState<ReadonlySet<string>>(NONE)
  const curves = useMemo(() => given.filter(({ id }) => !hidden.has(id)), [given, hidden])
  const drag = useRef<number>(undefined)
  const scales = useRef<{ x: Scale; size: Size }>(undefined)
  const shown = useMemo(
    () => curves.map((curve) => ({ ...curve, smooth: movingAverage(curve.ys, smoothing) })),
    [curves, smoothing],
  )
  const domain = useMemo(() => domainOf(curves, log, zoom), [curves, log, zoom])

  const lines = useMemo<Draw>(
    () => (surface, size, theme) => {
      const [x, y] = scalesIn(domain, log, size)
      scales.current = { x, size }
      frame(surface, size, theme, { x, y, xName, yName: '' })
      surface.clip(
        PLOT.left,
        PLOT.top - 4,
        size.width - PLOT.left - PLOT.right + 4,
        size.height - PLOT.top - PLOT.bottom + 8,
        () => {
          for (const { xs, lows, highs, color } of shown) {
            if (!lows || !highs || !lows.some((low, i) => low !== highs[i])) continue
            const drawable = (value: number) => !log || value > 0
            const lowest = Math.min(...highs.filter(drawable))
            const band = [
              ...highs.map((high, i) => [xs[i]!, high] as const),
              ...lows.map((low, i) => [xs[i]!, low] as const).reverse(),
            ].filter(([, value]) => Number.isFinite(value))
            const outline = band.flatMap(([at, value]) => [
              px(x, at, size),
              py(y, drawable(value) ? value : lowest, size),
            ])
            surface.area(outline, color, 0.2)
            // Bars keep single spikes visible, which are too thin as an area.
            const bars = highs.map((high, i) => {
              const [at, low] = [px(x, xs[i]!, size), lows[i]!]
              return [at, py(y, high, size), at, py(y, drawable(low) ? low : lowest, size)]
            })
            surface.lines(bars, { color, width: 1.4, alpha: 0.35 })
          }
          for (const { xs, ys, smooth: smoothed, color, dash = [] } of shown) {
            const path = (values: readonly number[]) =>
              values.flatMap((value, i) => [px(x, xs[i]!, size), py(y, value, size)])
            if (smoothing > 0) surface.lines([path(ys)], { color, width: 1, alpha: 0.3 })
            surface.lines([path(smoothed)], { color, width: 2, dash })
            if (ys.length <= 60) surface.circles(points(path(smoothed)), 2.2, { fill: color })
          }
          const bottom = size.height - PLOT.bottom - 4
          for (const { notFinite = [], color } of shown)
            surface.lines(
              notFinite.flatMap((value) => {
                const cx = px(x, value, size)
                return [
                  [cx - 3, bottom - 3, cx + 3, bottom + 3],
                  [cx - 3, bottom + 3, cx + 3, bottom - 3],
                ]
              }),
              { color, width: 1.4 },
            )
        },
      )
    },
    [shown, domain, log, smoothing, xName],
  )
  const cursor = useMemo<Draw>(
    () => (surface, size, theme) => {
      if (at === undefined) return
      const [x, y] = scalesIn(domain, log, size)
      const cursorX = px(x, at, size)
      surface.lines([[cursorX, PLOT.top, cursorX, size.height - PLOT.bottom]], {
        color: theme.muted,
        width: 1,
        dash: [3, 3],
      })
      for (const { xs, smooth: smoothed, color } of shown) {
        const i = pointAt(xs, at)
        if (i !== undefined && Number.isFinite(smoothed[i]))
          surface.circles([[px(x, xs[i]!, size), py(y, smoothed[i]!, size)]], 4, {
            fill: color,
            stroke: theme.surface,
            width: 2,
          })
      }
    },
    [at, shown, domain, log],
  )

  const xAt = (event: React.PointerEvent) => {
    const box = event.currentTarget.getBoundingClientRect()
    const { x, size } = scales.current ?? {}
    if (!x || !size) return undefined
    const position = (event.clientX - box.left - PLOT.left) / (size.width - PLOT.left - PLOT.right)
    return x.value(Math.max(0, Math.min(1, (position - 0.02) / 0.96)))
  }
  const readings = shown.map((curve) => {
    const i = at === undefined ? curve.xs.length - 1 : pointAt(curve.xs, at)
    return {
      ...curve,
      value: i === undefined ? undefined : curve.ys[i],
      x: i === undefined ? undefined : curve.xs[i],
    }
  })
  const isSingle = given.length === 1
  return (
    <Figure
      title={title}
      className="line-chart"
      summary={`${title} by ${xName}: ${readings
        .map(({ label, value }) => `${label} last ${value === undefined ? 'none' : formatNumber(value)}`)
        .slice(0, 12)
        .join('; ')}.`}
      hint={
        isSingle ? (
          <Reading reading={readings[0]} xName={xName} notFinite={given[0]?.notFinite?.length ?? 0} />
        ) : (
          <ul className="curve-legend">
            {given.map(({ id, label, color, dash }) => {
              const value = readings.find((reading) => reading.id === id)?.value
              return (
                <li key={id}>
                  <button
                    type="button"
                    aria-pressed={!hidden.has(id)}
                    title={hidden.has(id) ? `Show ${label}` : `Hide ${label}`}
                    onClick={() => setHidden(toggled(hidden, id))}
                  >
                    <svg width="16" height="6" aria-hidden="true">
                      <line
                        x2="16"
                        y1="3"
                        y2="3"
                        stroke={color}
                        strokeWidth="3"
                        strokeDasharray={dash?.join(' ')}
                      />
                    </svg>
                    <span className="muted">{label}</span>{' '}
                    <b>{value === undefined ? '–' : formatNumber(value)}</b>
                  </button>
                </li>
              )
            })}
          </ul>
        )
      }
      tools={
        // Always there, so that the chart does not move.
        <button
          type="button"
          className="ghost"
          style={{ visibility: zoom ? 'visible' : 'hidden' }}
          onClick={() => setZoom(undefined)}
        >
          Reset zoom
        </button>
      }
      height={height}
      layers={[lines, cursor]}
      {...(given.every(({ xs }) => xs.length === 0) && {
        empty: <p className="empty">No finite values yet.</p>,
      })}
    >
      {(size) => (
        // biome-ignore lint/a11y/noStaticElementInteractions: pointer only; the summary has the values for assistive technology
        <div
          className="plot-area"
          onPointerDown={(event) => {
            drag.current = event.clientX
            event.currentTarget.setPointerCapture(event.pointerId)
          }}
          onPointerMove={(event) => setAt(xAt(event))}
          onPointerUp={(event) => {
            const from = drag.current
            drag.current = undefined
            const to = xAt(event)
            if (from === undefined || to === undefined || Math.abs(event.clientX - from) < 8) return
            const start = xAt({
              ...event,
              clientX: from,
              currentTarget: event.currentTarget,
            } as React.PointerEvent)
            if (start !== undefined) setZoom([Math.min(start, to), Math.max(start, to)])
          }}
          onPointerLeave={() => setAt(undefined)}
          onDoubleClick={() => setZoom(undefined)}
          style={{ width: size.width }}
        />
      )}
    </Figure>
  )
}

const NONE: ReadonlySet<string> = new Set()

function toggled(set: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(set)
  if (!next.delete(id)) next.add(id)
  return next
}

function Reading({
  reading,
  xName,
  notFinite,
}: {
  reading: { readonly value: number | undefined; readonly x: number | undefined } | undefined
  xName: string
  notFinite: number
}) {
  const { value, x } = reading ?? { value: undefined, x: undefined }
  return (
    <span className="readings">
      <b title={value === undefined ? undefined : exactText(value)}>
        {value === undefined ? '–' : formatNumber(value)}
      </b>
      {x !== undefined && (
        <span className="muted">
          {' '}
          at {xName === 'seconds' ? `${formatNumber(x)} s` : `${xName} ${formatNumber(x)}`}
        </span>
      )}
      {notFinite > 0 && (
        <span className="not-finite" title="NaN or infinite; marked with crosses at the bottom">
          {' '}
          · {notFinite} not finite
        </span>
      )}
    </span>
  )
}

/** The point nearest to x; undefined before the first and beyond the last one. Half the distance to the neighbor belongs to a point. */
function pointAt(xs: readonly number[], x: number): number | undefined {
  const last = xs.length - 1
  if (last < 0) return undefined
  const before = (xs[1] ?? xs[0]!) - xs[0]!
  const after = xs[last]! - (xs[last - 1] ?? xs[last]!)
  return x < xs[0]! - before / 2 || x > xs[last]! + after / 2 ? undefined : bisectCenter(xs, x)
}

interface Domain {
  readonly min: number
  readonly max: number
  /** Only integers, so only integer ticks. */
  readonly integer?: boolean
}

function domainOf(
  curves: readonly Series[],
  log: boolean,
  zoom: readonly [number, number] | undefined,
): { x: Domain; y: Domain } {
  let [xMin, xMax, yMin, yMax] = [
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ]
  for (const { xs, ys, lows = ys, highs = ys } of curves)
    for (let i = 0; i < xs.length; i++) {
      const x = xs[i]!
      if (zoom && (x < zoom[0] || x > zoom[1])) continue
      for (const y of [lows[i]!, ys[i]!, highs[i]!]) {
        if (!Number.isFinite(y) || (log && y <= 0)) continue
        xMin = Math.min(xMin, x)
        xMax = Math.max(xMax, x)
        yMin = Math.min(yMin, y)
        yMax = Math.max(yMax, y)
      }
    }
  const ends = (min: number, max: number) => (min > max ? { min: 0, max: 1 } : { min, max })
  const integer = curves.every(({ xs }) => xs.every(Number.isInteger))
  return {
    x: { ...(zoom ? { min: zoom[0], max: zoom[1] } : ends(xMin, xMax)), integer },
    y: ends(yMin, yMax),
  }
}

function scalesIn({ x, y }: { x: Domain; y: Domain }, log: boolean, { width, height }: Size): [Scale, Scale] {
  return [
    numberScale(x, false, Math.max(2, Math.floor((width - PLOT.left - PLOT.right) / 80)), x.integer),
    numberScale(y, log, Math.max(2, Math.floor((height - PLOT.top - PLOT.bottom) / 42))),
  ]
}

const px = (x: Scale, value: number, { width }: Size) =>
  PLOT.left + (0.02 + 0.96 * x.at(value)) * (width - PLOT.left - PLOT.right)
const py = (y: Scale, value: number, { height }: Size) =>
  height - PLOT.bottom - (0.02 + 0.96 * y.at(value)) * (height - PLOT.top - PLOT.bottom)

function points(path: readonly number[]): [number, number][] {
  const all: [number, number][] = []
  for (let i = 0; i + 1 < path.length; i += 2)
    if (Number.isFinite(path[i + 1])) all.push([path[i]!, path[i + 1]!])
  return all
}
