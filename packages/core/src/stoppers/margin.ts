import type { RungValue } from './stopper.ts'

/** Noise of a mean loss at a rung: the median of the standard errors there; 0 if none is known. */
export function noiseMargin(peers: readonly RungValue[]): number {
  const errors = peers.map(({ error = 0 }) => error).sort((a, b) => a - b)
  const middle = errors[(errors.length - 1) >> 1] ?? 0
  return Number.isFinite(middle) ? middle : 0
}
