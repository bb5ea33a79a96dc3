import { interpolated } from './curve-groups.ts'

/** A metric of a trial over its steps. */
export interface StepCurve {
  readonly steps: readonly number[]
  readonly seconds: readonly number[]
  readonly values: readonly number[]
}

/** `step`, `time` (seconds since the first point), or the name of a logged metric. */
export type CurveAxis = 'step' | 'time' | (string & {})

/**
 * A curve over another x axis, sorted by it. `metric`: the curve of the metric that is the axis; its value at a step is read off
 * between its points.
 */
export function curveOver(
  { steps, seconds, values }: StepCurve,
  axis: CurveAxis,
  metric: StepCurve | undefined,
): { readonly xs: readonly number[]; readonly ys: readonly number[] } {
  if (axis === 'step') return { xs: steps, ys: values }
  if (axis === 'time') return { xs: seconds, ys: values }
  if (!metric) return { xs: [], ys: [] }
  const positions = interpolated({ xs: metric.steps, ys: metric.values }, steps)
  const order = steps
    .map((_, i) => i)
    .filter((i) => Number.isFinite(positions[i]))
    .sort((a, b) => positions[a]! - positions[b]! || a - b)
  return { xs: order.map((i) => positions[i]!), ys: order.map((i) => values[i]!) }
}
