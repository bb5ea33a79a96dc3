/** The normal distribution cut to an interval. */
import { logNormalCdf } from './mills.ts'
import { normalCdf, normalQuantile } from './normal.ts'

/** ln(Φ(b) − Φ(a)) for a < b, exact in both tails: the side of zero where both are small is used. */
export function logNormalMass(a: number, b: number): number {
  if (a > 0) return logNormalMass(-b, -a)
  const upper = logNormalCdf(b)
  const lower = logNormalCdf(a)
  // ln(e^upper − e^lower); expm1 keeps the digits when the interval is narrow.
  return upper + Math.log(-Math.expm1(lower - upper))
}

/**
 * Quantile u in (0, 1) of the normal (mu, sigma) cut to [low, high], low < high. Always inside; where the interval lies
 * so far out that the distribution function is equal at both ends, the end next to mu.
 */
export function truncatedNormalQuantile(
  u: number,
  mu: number,
  sigma: number,
  low: number,
  high: number,
): number {
  const a = (low - mu) / sigma
  const b = (high - mu) / sigma
  // The upper tail is mirrored, where Φ has all its digits.
  const z = a > 0 ? -between(1 - u, -b, -a) : between(u, a, b)
  const x = mu + sigma * z
  return Number.isFinite(x) ? Math.min(Math.max(x, low), high) : mu < low ? low : high
}

function between(u: number, a: number, b: number): number {
  const below = normalCdf(a)
  const z = normalQuantile(below + u * (normalCdf(b) - below))
  return Number.isFinite(z) ? z : Math.abs(a) < Math.abs(b) ? a : b
}
