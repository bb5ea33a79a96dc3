import { bisectCenter, bisectRight, quantileSorted } from 'd3-array'
import type { ChartSettings } from './chart-settings.ts'
import type { Size } from './figure.tsx'
import { inset, PLOT } from './plot-frame.ts'
import { type Domain, numberScale, type Scale } from './scale.ts'
import type { Surface } from './surface.ts'
import type { Theme } from './theme.ts'

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
  /** Min and max behind downsampled points, or a spread of several curves: drawn as a band. */
  readonly lows?: readonly number[]
  readonly highs?: readonly number[]
  /** The band is the spread of several curves: it has no bars for single points. */
  readonly isGroup?: boolean
  /** A value holds until the next point. */
  readonly isStep?: boolean
}

/** A series as it is drawn. */
export interface Drawn extends Series {
  readonly smooth: readonly number[]
}

export type Zoom = readonly [number, number]

export interface Domains {
  readonly x: Domain & {
    /** Only integers, so only integer ticks. */
    readonly integer: boolean
  }
  readonly y: Domain
}

type Look = Pick<ChartSettings, 'logX' | 'logY' | 'yRange' | 'clip'>

export type Goal = 'minimize' | 'maximize'
/** Share of the values beyond an end of a y axis that leaves outliers out. */
const CLIPPED = 0.03

/** `goal`: outliers are left out at the bad end only. */
export function domainsOf(
  curves: readonly Pick<Series, 'xs' | 'ys' | 'lows' | 'highs'>[],
  look: Look,
  zoom: Zoom | undefined,
  goal?: Goal,
): Domains {
  const { logX, logY, yRange, clip } = look
  const all: number[] = []
  let [xMin, xMax] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  let [yMin, yMax] = [xMin, xMax]
  for (const { xs, ys, lows = ys, highs = ys } of curves)
    for (let i = 0; i < xs.length; i++) {
      const x = xs[i]!
      if ((zoom && (x < zoom[0] || x > zoom[1])) || (logX && x <= 0)) continue
      for (const y of [lows[i]!, ys[i]!, highs[i]!]) {
        if (!Number.isFinite(y) || (logY && y <= 0)) continue
        xMin = Math.min(xMin, x)
        xMax = Math.max(xMax, x)
        yMin = Math.min(yMin, y)
        yMax = Math.max(yMax, y)
      }
      if (clip && Number.isFinite(ys[i]) && (!logY || ys[i]! > 0)) all.push(ys[i]!)
    }
  if (all.length > 0) {
    all.sort((a, b) => a - b)
    if (goal !== 'minimize') yMin = quantileSorted(all, CLIPPED)!
    if (goal !== 'maximize') yMax = quantileSorted(all, 1 - CLIPPED)!
  }
  const given = yRange.map((end) => (logY && end !== undefined && end <= 0 ? undefined : end))
  const y = endsOf(given[0] ?? yMin, given[1] ?? yMax)
  const integer = curves.every(({ xs }) => xs.every(Number.isInteger))
  return { x: { ...(zoom ? { min: zoom[0], max: zoom[1] } : endsOf(xMin, xMax)), integer }, y }
}

const endsOf = (min: number, max: number): Domain => (min > max ? { min: 0, max: 1 } : { min, max })

export const scalesIn = (
  { x, y }: Domains,
  { logX, logY }: Pick<ChartSettings, 'logX' | 'logY'>,
  { width, height }: Size,
): [Scale, Scale] => [
  numberScale(x, logX, Math.max(2, Math.floor((width - PLOT.left - PLOT.right) / 80)), x.integer),
  numberScale(y, logY, Math.max(2, Math.floor((height - PLOT.top - PLOT.bottom) / 42))),
]

export const xPx = (x: Scale, value: number, { width }: Size) =>
  PLOT.left + inset(x.at(value)) * (width - PLOT.left - PLOT.right)
export const yPx = (y: Scale, value: number, { height }: Size) =>
  height - PLOT.bottom - inset(y.at(value)) * (height - PLOT.top - PLOT.bottom)

/** Clips to the area of the plot and the half of a line around it. */
export const clipToPlot = (surface: Surface, { width, height }: Size, draw: () => void): void =>
  surface.clip(
    PLOT.left,
    PLOT.top - 4,
    width - PLOT.left - PLOT.right + 4,
    height - PLOT.top - PLOT.bottom + 8,
    draw,
  )

/** Up to so many points have discs. */
const MAX_DISCS = 60

export function drawSeries(
  surface: Surface,
  curves: readonly Drawn[],
  [x, y]: readonly [Scale, Scale],
  size: Size,
  { logY, smoothing }: ChartSettings,
): void {
  for (const curve of curves) drawBand(surface, curve, [x, y], size, logY)
  for (const { xs, ys, smooth, color, dash = [], isStep } of curves) {
    const path = (values: readonly number[]) =>
      values.flatMap((value, i) => {
        const [px, py] = [xPx(x, xs[i]!, size), yPx(y, value, size)]
        return isStep && i > 0 ? [px, yPx(y, values[i - 1]!, size), px, py] : [px, py]
      })
    if (smoothing.weight > 0) surface.lines([path(ys)], { color, width: 1, alpha: 0.3 })
    surface.lines([path(smooth)], { color, width: 2, dash })
    if (ys.length <= MAX_DISCS && !isStep) surface.circles(pointsOf(path(smooth)), 2.2, { fill: color })
  }
  const bottom = size.height - PLOT.bottom - 4
  for (const { notFinite = [], color } of curves)
    surface.lines(
      notFinite.flatMap((value) => {
        const cx = xPx(x, value, size)
        return [
          [cx - 3, bottom - 3, cx + 3, bottom + 3],
          [cx - 3, bottom + 3, cx + 3, bottom - 3],
        ]
      }),
      { color, width: 1.4 },
    )
}

function drawBand(
  surface: Surface,
  { xs, lows, highs, color, isGroup }: Series,
  [x, y]: readonly [Scale, Scale],
  size: Size,
  log: boolean,
): void {
  if (!lows || !highs || !lows.some((low, i) => low !== highs[i])) return
  const drawable = (value: number) => !log || value > 0
  const lowest = Math.min(...highs.filter(drawable))
  const band = [
    ...highs.map((high, i) => [xs[i]!, high] as const),
    ...lows.map((low, i) => [xs[i]!, low] as const).reverse(),
  ].filter(([, value]) => Number.isFinite(value))
  const outline = band.flatMap(([at, value]) => [
    xPx(x, at, size),
    yPx(y, drawable(value) ? value : lowest, size),
  ])
  surface.area(outline, color, 0.2)
  if (isGroup) return
  // Bars keep single spikes visible, which are too thin as an area.
  const bars = highs.map((high, i) => {
    const [at, low] = [xPx(x, xs[i]!, size), lows[i]!]
    return [at, yPx(y, high, size), at, yPx(y, drawable(low) ? low : lowest, size)]
  })
  surface.lines(bars, { color, width: 1.4, alpha: 0.35 })
}

export function drawCursor(
  surface: Surface,
  curves: readonly Drawn[],
  at: number,
  [x, y]: readonly [Scale, Scale],
  size: Size,
  theme: Theme,
): void {
  const cursorX = xPx(x, at, size)
  if (!(cursorX >= PLOT.left && cursorX <= size.width - PLOT.right + 1)) return
  surface.lines([[cursorX, PLOT.top, cursorX, size.height - PLOT.bottom]], {
    color: theme.muted,
    width: 1,
    dash: [3, 3],
  })
  clipToPlot(surface, size, () => {
    for (const curve of curves) {
      const { xs, smooth, color, isStep } = curve
      const i = pointAt(curve, at)
      if (i !== undefined && Number.isFinite(smooth[i]))
        surface.circles([[isStep ? cursorX : xPx(x, xs[i]!, size), yPx(y, smooth[i]!, size)]], 4, {
          fill: color,
          stroke: theme.surface,
          width: 2,
        })
    }
  })
}

/**
 * The point nearest to x, or of steps the last one before it; undefined before the first and beyond the last one. Half the distance to
 * the neighbor belongs to a point.
 */
export function pointAt({ xs, isStep }: Pick<Series, 'xs' | 'isStep'>, x: number): number | undefined {
  const last = xs.length - 1
  if (last < 0) return undefined
  if (isStep) return x < xs[0]! ? undefined : bisectRight(xs, x) - 1
  const before = (xs[1] ?? xs[0]!) - xs[0]!
  const after = xs[last]! - (xs[last - 1] ?? xs[last]!)
  return x < xs[0]! - before / 2 || x > xs[last]! + after / 2 ? undefined : bisectCenter(xs, x)
}

function pointsOf(path: readonly number[]): [number, number][] {
  const all: [number, number][] = []
  for (let i = 0; i + 1 < path.length; i += 2)
    if (Number.isFinite(path[i + 1])) all.push([path[i]!, path[i + 1]!])
  return all
}
