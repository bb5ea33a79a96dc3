import { movingAverage } from './moving-average.ts'

export const SMOOTHINGS = ['exponential', 'gaussian', 'running'] as const
export interface Smoothing {
  readonly kind: (typeof SMOOTHINGS)[number]
  /** 0 (none) to below 1. */
  readonly weight: number
}

export const NO_SMOOTHING: Smoothing = { kind: 'exponential', weight: 0 }

/** Half width of the window at weight 1, as a share of the points. */
const MAX_WINDOW = 0.25
/** Half width of the window in standard deviations of the kernel. */
const DEVIATIONS = 3

/**
 * Smoothed values. `exponential` follows the past only; `gaussian` and `running` are centered means over a window of points that
 * grows with the weight. NaN stays NaN and has no weight.
 */
export function smoothed(values: readonly number[], { kind, weight }: Smoothing): readonly number[] {
  if (weight <= 0) return values
  if (kind === 'exponential') return movingAverage(values, weight)
  const half = Math.max(1, Math.round(weight * MAX_WINDOW * values.length))
  const kernel = Float64Array.from({ length: half + 1 }, (_, distance) =>
    kind === 'running' ? 1 : Math.exp(-0.5 * ((DEVIATIONS * distance) / half) ** 2),
  )
  return values.map((value, at) => {
    if (!Number.isFinite(value)) return value
    let [sum, total] = [0, 0]
    for (let i = Math.max(0, at - half); i <= Math.min(values.length - 1, at + half); i++) {
      if (!Number.isFinite(values[i])) continue
      const share = kernel[Math.abs(i - at)]!
      sum += share * values[i]!
      total += share
    }
    return sum / total
  })
}
