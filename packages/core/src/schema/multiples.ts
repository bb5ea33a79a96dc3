/** Forgives what dividing by a decimal q loses: 0.3/0.1 is not 3. */
const slackAt = (k: number): number => Math.min(1e-6, 1e-9 * Math.max(1, Math.abs(k)))

/** The first and last k for which k·q lies in [low, high]; first > last when there is none. q > 0. */
export function multiplesInside(
  low: number,
  high: number,
  q: number,
): { readonly first: number; readonly last: number } {
  const [from, to] = [low / q, high / q]
  return { first: Math.ceil(from - slackAt(from)) + 0, last: Math.floor(to + slackAt(to)) + 0 }
}
