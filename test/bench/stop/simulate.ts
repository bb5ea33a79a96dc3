import { normalQuantile } from '@chimney/core/math/normal'
import type { Rng } from '@chimney/core/math/rng'
import type { RungValue, Stopper } from '@chimney/core/stoppers/stopper'

/** Losses of one training by epoch, from epoch 1; null where training had failed. */
export type Curve = readonly (number | null)[]

export interface Stopping {
  /** Epochs that were run, of all. */
  readonly budget: number
  /** The best end among the trainings that ran to it, less the best end of all, both without noise. */
  readonly regret: number
}

/** Trainings one after the other, each asked about at its rungs; `noise` is the deviation of what is reported. */
export function simulate(
  stopper: Stopper | undefined,
  curves: readonly Curve[],
  noise: number,
  rng: Rng,
): Stopping {
  const rungs = new Map<number, RungValue[]>()
  let epochs = 0
  let possible = 0
  let found = Number.POSITIVE_INFINITY
  let least = found
  for (const [place, curve] of curves.entries()) {
    const number = place + 1
    possible += curve.length
    const end = curve.at(-1)
    if (typeof end === 'number') least = Math.min(least, end)
    let best = Number.POSITIVE_INFINITY
    let next = stopper?.nextRung(Number.NEGATIVE_INFINITY)
    let stopped = false
    for (let epoch = 1; epoch <= curve.length && !stopped; epoch++) {
      epochs++
      const value = curve[epoch - 1]
      if (typeof value !== 'number') {
        stopped = true
        break
      }
      const loss = value + noise * normalQuantile(rng.uniform())
      best = Math.min(best, loss)
      if (stopper === undefined || next === undefined || epoch < next || epoch === curve.length) continue
      const self = { number, loss, best }
      const peers = rungs.get(next) ?? []
      peers.push(self)
      rungs.set(next, peers)
      stopped = stopper.decide({ rung: next, self, peers }).stop
      next = stopper.nextRung(next)
    }
    if (!stopped && typeof end === 'number') found = Math.min(found, end)
  }
  return { budget: epochs / possible, regret: found - least }
}
