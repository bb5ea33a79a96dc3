import type { Curve, Stopping } from './simulate.ts'

/** Epochs that a training runs of the first `most`: the one in which it fails counts. */
const epochsOf = (curve: Curve, most: number): number => {
  const failed = curve.indexOf(null)
  return Math.min(most, failed < 0 ? curve.length : failed + 1)
}

const endOf = (curve: Curve): number => curve.at(-1) ?? Number.POSITIVE_INFINITY

const leastOf = (curves: readonly Curve[]): number => Math.min(...curves.map(endOf))

/** No early termination: whole trainings, one after the other, until the next one would take more than `share` of all epochs. */
export function blind(curves: readonly Curve[], share: number): Stopping {
  const possible = curves.reduce((sum, curve) => sum + curve.length, 0)
  let epochs = 0
  let found = Number.POSITIVE_INFINITY
  for (const curve of curves) {
    const cost = epochsOf(curve, curve.length)
    if (epochs + cost > share * possible) break
    epochs += cost
    found = Math.min(found, endOf(curve))
  }
  return { budget: epochs / possible, regret: found - leastOf(curves) }
}

/**
 * What one cut could do at best: all trainings run to an epoch, whose losses are told without noise, and those that are best then run
 * to their ends. Of all epochs and counts that take at most `share` of all epochs, those that turn out to find the best end.
 */
export function oneCut(curves: readonly Curve[], share: number): Stopping {
  const possible = curves.reduce((sum, curve) => sum + curve.length, 0)
  const longest = Math.max(...curves.map(({ length }) => length))
  let best: Stopping = { budget: 0, regret: Number.POSITIVE_INFINITY }
  for (let epoch = 1; epoch < longest; epoch++) {
    let epochs = curves.reduce((sum, curve) => sum + epochsOf(curve, epoch), 0)
    if (epochs > share * possible) break
    const lossThere = (curve: Curve) => curve[epoch - 1] ?? Number.POSITIVE_INFINITY
    let found = Number.POSITIVE_INFINITY
    for (const curve of [...curves].sort((a, b) => lossThere(a) - lossThere(b))) {
      epochs += epochsOf(curve, curve.length) - epochsOf(curve, epoch)
      if (epochs > share * possible) break
      found = Math.min(found, endOf(curve))
      if (found - leastOf(curves) < best.regret)
        best = { budget: epochs / possible, regret: found - leastOf(curves) }
    }
  }
  return best
}
