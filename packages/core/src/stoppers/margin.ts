import type { RungValue } from './stopper.ts'

/**
 * How far apart two losses at a rung may be by chance: the median of how far the others' losses there lie above their best so
 * far. A training that merely improves has its best at the rung itself, so without noise it is 0; with noise it is about the
 * height of a typical upward swing. One trial in half that gets worse for good does not widen it.
 */
export function noiseMargin(peers: readonly RungValue[]): number {
  const above = peers.map(({ loss, best }) => Math.max(0, loss - best)).sort((a, b) => a - b)
  const middle = above[(above.length - 1) >> 1] ?? 0
  return Number.isFinite(middle) ? middle : 0
}
