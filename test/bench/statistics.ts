/** The `q`-quantile (0 to 1) by the nearest-rank method: always one of the values. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  const value = sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)]
  if (value === undefined) throw new RangeError('quantile of an empty list')
  return value
}

export const median = (values: readonly number[]): number => quantile(values, 0.5)
