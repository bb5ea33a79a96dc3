/** Compares two lists of results with one result per seed. Lower is better. */
import { normalCdf } from '@chimney/core/math/normal'

/** The middle value, or the mean of the two in the middle. */
export function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2
}

/**
 * Two-sided p-value of Wilcoxon's signed-rank test (Wilcoxon 1945): zero differences dropped, mean ranks for ties, normal
 * approximation corrected for ties and continuity. 1 when all pairs are equal.
 */
export function wilcoxon(a: readonly number[], b: readonly number[]): number {
  const differences = a.map((value, i) => value - b[i]!).filter((difference) => difference !== 0)
  const n = differences.length
  if (n === 0) return 1
  const order = differences
    .map((_, i) => i)
    .sort((i, j) => Math.abs(differences[i]!) - Math.abs(differences[j]!))
  let positive = 0
  let ties = 0
  for (let from = 0; from < n; ) {
    let to = from + 1
    while (to < n && Math.abs(differences[order[to]!]!) === Math.abs(differences[order[from]!]!)) to++
    const rank = (from + to + 1) / 2
    for (let i = from; i < to; i++) if (differences[order[i]!]! > 0) positive += rank
    ties += (to - from) ** 3 - (to - from)
    from = to
  }
  const mean = (n * (n + 1)) / 4
  const variance = (n * (n + 1) * (2 * n + 1)) / 24 - ties / 48
  const z = Math.max(0, Math.abs(positive - mean) - 0.5) / Math.sqrt(variance)
  return variance > 0 ? 2 * normalCdf(-z) : 1
}

export const geometricMean = (values: readonly number[]): number =>
  Math.exp(values.reduce((sum, value) => sum + Math.log(value) / values.length, 0))
