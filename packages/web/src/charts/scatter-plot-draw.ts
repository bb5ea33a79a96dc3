import type { ColorEncoding } from '../model/color-encoding.ts'
import { formatNumber } from '../model/format.ts'
import type { TrialTable } from '../model/trial-table.ts'
import type { Size } from './figure.tsx'
import { PLOT } from './plot-frame.ts'
import type { Surface } from './surface.ts'
import { colorOf, rampColor, type Theme } from './theme.ts'

/** Of the rows, in px. */
export interface Positions {
  readonly xs: Float32Array
  readonly ys: Float32Array
}

const STEPS = 24
/** Smaller dots above this number of trials. */
const SMALL_DOTS_ABOVE = 2_000

export function drawFront(
  surface: Surface,
  front: readonly number[],
  { xs, ys }: Positions,
  theme: Theme,
): void {
  const path: number[] = []
  front.forEach((row, i) => {
    if (i > 0) path.push(xs[row]!, ys[front[i - 1]!]!)
    path.push(xs[row]!, ys[row]!)
  })
  surface.lines([path], { color: theme.warn, width: 2 })
  surface.circles(
    front.map((row) => [xs[row]!, ys[row]!]),
    5,
    { fill: theme.warn, stroke: theme.surface, width: 1.5 },
  )
}

export function drawDots(
  surface: Surface,
  table: TrialTable,
  mask: Uint8Array,
  { xs, ys }: Positions,
  theme: Theme,
  size: Size,
  colorBy: ColorEncoding | undefined,
  plain: boolean,
): void {
  const steps = colorBy?.labels ? Math.max(2, colorBy.labels.length) : STEPS
  const groups: number[][] = Array.from({ length: steps }, () => [])
  const colors = colorBy?.rows ?? table.quality
  const filteredOut: number[] = []
  const stopped: [number, number][] = []
  const outliers: [number, number][] = []
  const { min, max, values } = table.value
  for (const row of table.worstFirst) {
    const x = xs[row]!
    if (!Number.isFinite(x)) continue
    if (mask[row] === 0) filteredOut.push(x, ys[row]!)
    else if (table.trials[row]!.state === 'stopped')
      (values[row]! < min || values[row]! > max ? outliers : stopped).push([x, ys[row]!])
    else groups[Math.round((colors[row] || 0) * (steps - 1))]!.push(x, ys[row]!)
  }
  const small = table.trials.length > SMALL_DOTS_ABOVE
  const radius = small ? 2 : table.trials.length > 300 ? 3 : 4
  surface.clip(
    PLOT.left - 6,
    0,
    size.width - PLOT.left - PLOT.right + 12,
    size.height - PLOT.bottom + 6,
    () => {
      surface.points({ groups: [{ centers: filteredOut, color: theme.faint }], radius: 2 })
      // Outliers, clamped to the edge.
      surface.circles(outliers, 1.5, { fill: theme.states.stopped, alpha: 0.5 })
      // Hollow: stopped early.
      surface.circles(stopped, small ? radius : radius - 0.8, {
        stroke: theme.states.stopped,
        width: 1.2,
        alpha: 0.75,
      })
      const colored = groups.map((centers, step) => ({
        centers,
        color: colorBy ? colorOf(theme, colorBy, step / (steps - 1)) : rampColor(theme, step / (steps - 1)),
      }))
      const ring = { color: theme.surface, width: 0.8 }
      surface.points({ groups: colored, radius, ring, alpha: plain ? 0.75 : 1 })
    },
  )
}

/** Failed trials without a value: a cross at the bad end of the axis. */
export function drawFailed(
  surface: Surface,
  table: TrialTable,
  mask: Uint8Array,
  { xs }: Positions,
  theme: Theme,
  size: Size,
): void {
  const y = table.goal === 'maximize' ? size.height - PLOT.bottom - 5 : PLOT.top + 5
  const crosses: number[][] = []
  for (const [row, { state, value }] of table.trials.entries()) {
    if (value !== undefined || mask[row] === 0 || (state !== 'failed' && state !== 'crashed')) continue
    const x = xs[row]!
    crosses.push([x - 3, y - 3, x + 3, y + 3], [x - 3, y + 3, x + 3, y - 3])
  }
  surface.lines(crosses, { color: theme.states.failed, width: 1.6 })
}

export function drawBest(
  surface: Surface,
  table: TrialTable,
  { xs, ys }: Positions,
  theme: Theme,
  size: Size,
): void {
  const path: number[] = []
  const sign = table.goal === 'maximize' ? 1 : -1
  let best = Number.NEGATIVE_INFINITY
  let at = -1
  for (let row = 0; row < table.trials.length; row++) {
    const value = sign * table.value.values[row]!
    if (!(value > best) || table.trials[row]!.state === 'stopped') continue
    if (at >= 0) path.push(xs[row]!, ys[at]!)
    path.push(xs[row]!, ys[row]!)
    best = value
    at = row
  }
  if (at < 0) return
  path.push(size.width - PLOT.right, ys[at]!)
  surface.lines([path], { color: theme.warn, width: 2 })
  surface.circles([[xs[at]!, ys[at]!]], 5.5, { fill: theme.warn, stroke: theme.surface, width: 1.5 })
  surface.text(size.width - PLOT.right, 8, `best so far: ${formatNumber(table.value.values[at]!)}`, {
    color: theme.warn,
    size: 11.5,
    bold: true,
    align: 'end',
  })
}
