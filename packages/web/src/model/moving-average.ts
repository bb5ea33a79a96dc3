/**
 * Exponential moving average, debiased like Adam (Kingma & Ba 2015, section 3). `weight`: 0 (no smoothing) to below 1. NaN stays
 * NaN.
 */
export function movingAverage(values: readonly number[], weight: number): number[] {
  if (weight <= 0) return [...values]
  let sum = 0
  let total = 0
  return values.map((value) => {
    if (!Number.isFinite(value)) return value
    sum = sum * weight + value * (1 - weight)
    total = total * weight + (1 - weight)
    return sum / total
  })
}
