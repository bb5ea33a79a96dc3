import type { RungValue } from './stopper.ts'

/** How far apart two mean losses at a rung may be by chance: the median of the standard errors there. 0 where nothing tells. */
export function noiseMargin(peers: readonly RungValue[]): number {
  const errors = peers.map(({ error = 0 }) => error).sort((a, b) => a - b)
  const middle = errors[(errors.length - 1) >> 1] ?? 0
  return Number.isFinite(middle) ? middle : 0
}
