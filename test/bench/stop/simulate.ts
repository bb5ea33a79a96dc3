import type { RungValue, Stopper } from '@chimney/core/stoppers/stopper'
import { NO_PROGRESS, type Objective, observe } from '@chimney/core/sweep/observe'

/** Losses of one training by epoch, from epoch 1; null where training had failed. */
export type Curve = readonly (number | null)[]

export interface Stopping {
  /** Epochs that were run, of all. */
  readonly budget: number
  /** The best end among the trainings that ran to it, less the best end of all, both without noise. */
  readonly regret: number
}

/** Trainings one after the other, each asked about at its rungs by what is `told` of it. */
export function simulate(stopper: Stopper, curves: readonly Curve[], told: readonly Curve[]): Stopping {
  const rungs = new Map<number | undefined, RungValue[]>()
  const objective: Objective = { metric: 'loss', goal: 'minimize', stopper }
  let epochs = 0
  let possible = 0
  let found = Number.POSITIVE_INFINITY
  let least = found
  for (const [place, curve] of curves.entries()) {
    const number = place + 1
    possible += curve.length
    const end = curve.at(-1)
    if (typeof end === 'number') least = Math.min(least, end)
    let progress = NO_PROGRESS
    let stopped = false
    for (let epoch = 1; epoch <= curve.length && !stopped; epoch++) {
      epochs++
      const loss = told[place]![epoch - 1]
      if (typeof loss !== 'number') break
      const step = observe(progress, [{ index: epoch, values: { loss } }], objective)
      progress = step.progress
      if (epoch === curve.length) continue
      for (const { rung, ...values } of step.passed) {
        const self = { number, ...values }
        const peers = rungs.get(rung) ?? []
        peers.push(self)
        rungs.set(rung, peers)
        const ahead = rungs.get(stopper.nextRung(rung)) ?? []
        stopped ||= stopper.decide({ rung, self, peers, ahead }).stop
      }
    }
    if (!stopped && typeof end === 'number') found = Math.min(found, end)
  }
  return { budget: epochs / possible, regret: found - least }
}
