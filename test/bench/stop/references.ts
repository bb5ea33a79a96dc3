import type { Curve, Stopping } from './simulate.ts'

/** Epochs that a training runs when it is limited to `limit`, including the epoch in which it fails. */
const epochsOf = (curve: Curve, limit: number): number => {
  const failed = curve.indexOf(null)
  return Math.min(limit, failed < 0 ? curve.length : failed + 1)
}

const finalLossOf = (curve: Curve): number => curve.at(-1) ?? Number.POSITIVE_INFINITY

const bestLossOf = (curves: readonly Curve[]): number => Math.min(...curves.map(finalLossOf))

/** No early termination: whole trainings in sequence, until the next one would exceed `share` of all epochs. */
export function noStopping(curves: readonly Curve[], share: number): Stopping {
  const possible = curves.reduce((sum, curve) => sum + curve.length, 0)
  let epochs = 0
  let found = Number.POSITIVE_INFINITY
  for (const curve of curves) {
    const cost = epochsOf(curve, curve.length)
    if (epochs + cost > share * possible) break
    epochs += cost
    found = Math.min(found, finalLossOf(curve))
  }
  return { budget: epochs / possible, regret: found - bestLossOf(curves) }
}

/**
 * Successive halving with one rung and perfect information: all trainings run to one epoch, and the best at that epoch, by their
 * noiseless loss, run to the end. Returns the best choice of epoch and number of survivors within `share` of all epochs.
 */
export function oneCut(curves: readonly Curve[], share: number): Stopping {
  const possible = curves.reduce((sum, curve) => sum + curve.length, 0)
  const longest = Math.max(...curves.map(({ length }) => length))
  let best: Stopping = { budget: 0, regret: Number.POSITIVE_INFINITY }
  for (let epoch = 1; epoch < longest; epoch++) {
    let epochs = curves.reduce((sum, curve) => sum + epochsOf(curve, epoch), 0)
    if (epochs > share * possible) break
    const lossAtCut = (curve: Curve) => curve[epoch - 1] ?? Number.POSITIVE_INFINITY
    let found = Number.POSITIVE_INFINITY
    for (const curve of [...curves].sort((a, b) => lossAtCut(a) - lossAtCut(b))) {
      epochs += epochsOf(curve, curve.length) - epochsOf(curve, epoch)
      if (epochs > share * possible) break
      found = Math.min(found, finalLossOf(curve))
      if (found - bestLossOf(curves) < best.regret)
        best = { budget: epochs / possible, regret: found - bestLossOf(curves) }
    }
  }
  return best
}
