/**
 * Exponential moving average, freed of the pull towards zero that its first values would have. `weight` from 0 (as it is) to
 * below 1; a gap (NaN) stays one.
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
