/** The value below which the share `q` (0 to 1) of the values lies: the nearest rank, so it is one of them. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  const value = sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)]
  if (value === undefined) throw new RangeError('there is no quantile of nothing')
  return value
}

export const median = (values: readonly number[]): number => quantile(values, 0.5)
